#!/bin/sh
# From a bare machine to an installed project: uv, Python, the locked dependencies, the system libraries of the PDF.
# Usage: deploy/amorce.sh [execution|developpement]. Everything lands inside the project, but Debian packages.
set -eu
cd "$(dirname "$0")/.."
mode=${1:-execution}
unset VIRTUAL_ENV PYTHONPATH PYTHONHOME || true
export UV_COMPILE_BYTECODE=1 UV_PROJECT_ENVIRONMENT="$PWD/.venv"
export PYENV_VERSION=${PYENV_VERSION:-}

# progress goes beside the answer, so that « make bench » prints its JSON alone
dire() { printf '• %s\n' "$*" >&2; }
echouer() { printf '\n%s\n' "$*" >&2; exit 1; }

admin() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo -n "$@"; else return 1; fi
}

installer_paquets() {
  command -v apt-get >/dev/null 2>&1 || return 1
  admin env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null 2>&1 && return 0
  admin env DEBIAN_FRONTEND=noninteractive sh -c 'apt-get update -qq' >/dev/null 2>&1 || return 1
  admin env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null 2>&1
}

# A pyenv shim may be on the PATH and still refuse to run: only an interpreter that answers counts.
trouver_python() {
  for candidat in python3.13 python3.12 python3.14 python3 "$HOME"/.pyenv/versions/3.13*/bin/python "$HOME"/.pyenv/versions/3.12*/bin/python; do
    chemin=$(command -v "$candidat" 2>/dev/null) || continue
    if "$chemin" -c "import sys; sys.exit(sys.version_info < (3, $1))" >/dev/null 2>&1; then printf '%s' "$chemin"; return 0; fi
  done
  return 1
}

trouver_uv() {
  if [ -x .uv/bin/uv ]; then printf '%s' "$PWD/.uv/bin/uv"; return 0; fi
  command -v uv 2>/dev/null
}

if ! uv=$(trouver_uv); then
  dire "Installation de uv dans .uv/"
  # uv itself runs from any Python 3.8; the project's own Python comes after
  ancien=$(trouver_python 8) || echouer "Il manque python3 : installez-le (apt-get install python3 python3-venv), puis relancez."
  if ! "$ancien" -m venv .uv >/dev/null 2>&1; then
    rm -rf .uv
    version=$("$ancien" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    installer_paquets "$version" python3-venv && "$ancien" -m venv .uv >/dev/null 2>&1 ||
      echouer "Python ne sait pas créer d’environnement : installez le paquet $version (apt-get install $version), puis relancez."
  fi
  .uv/bin/python -m pip install --quiet --disable-pip-version-check uv ||
    echouer "uv n’a pas pu être installé : vérifiez l’accès au dépôt de paquets Python, puis relancez."
  uv="$PWD/.uv/bin/uv"
fi

# nothing to do when this very lock is already installed: a second start must be quick
empreinte=$(cat uv.lock pyproject.toml deploy/amorce.sh | cksum | tr ' ' '-')
if [ ! -e ".venv/.installe-$mode-$empreinte" ]; then
  # an environment that runs keeps its Python: named by another path, uv would throw it away with all its tools
  if .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; then python=.venv/bin/python
  else python=$(trouver_python 12) || python=3.13; fi
  [ "$mode" = execution ] && groupes=--no-dev || groupes=
  case "$mode" in execution) dire "Dépendances (verrouillées)" ;; *) dire "Dépendances de développement (verrouillées)" ;; esac
  # a demo start must not remove the tools that a test run has installed in the same environment
  "$uv" sync --quiet --locked --inexact $groupes --python "$python" ||
    echouer "Les dépendances n’ont pas pu être installées (Python ≥ 3.12 est nécessaire ; uv cherche sinon Python 3.13)."
  : > ".venv/.installe-$mode-$empreinte"
fi

if ! .venv/bin/python - <<'PY' >/dev/null 2>&1
import ctypes
for nom in ("libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0", "libpango-1.0.so.0"):
    ctypes.CDLL(nom)
PY
then
  dire "Bibliothèques du PDF"
  installer_paquets libpangoft2-1.0-0 libharfbuzz-subset0 ||
    echouer "Il manque deux bibliothèques pour fabriquer les PDF : installez libpangoft2-1.0-0 et libharfbuzz-subset0 (apt-get install libpangoft2-1.0-0 libharfbuzz-subset0), puis relancez."
fi

if [ "$mode" = developpement ]; then
  for paire in chromium:chromium pdftotext:poppler-utils; do
    command -v "${paire%%:*}" >/dev/null 2>&1 && continue
    dire "Outil d’essai ${paire##*:}"
    installer_paquets "${paire##*:}" ||
      echouer "Les essais demandent ${paire##*:} : installez-le (apt-get install ${paire##*:}), puis relancez."
  done
  # French date fields in the screenshots; the tests pass without
  if [ -d /usr/share/chromium/locales ] && [ ! -e /usr/share/chromium/locales/fr.pak ]; then installer_paquets chromium-l10n || true; fi
fi
