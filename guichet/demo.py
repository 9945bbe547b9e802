"""Start everything on one machine: database, data, web, worker and clock under one process manager; Ctrl-C stops all.

`python -m guichet.demo` (PORT= changes the port). A second start keeps the data.
"""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from honcho.manager import Manager

from guichet import postgres

RACINE = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def principal() -> int:
    """Prepare, then run until Ctrl-C; return the exit code."""
    port = os.environ.get("PORT", "8000")
    if not port.isdigit() or not 1 <= int(port) <= 65535:
        print(f"PORT vaut « {port} » : donnez un nombre entre 1 et 65535.", file=sys.stderr)
        return 2
    if _pris(int(port)):
        print(
            f"Le port {port} est déjà pris : arrêtez ce qui l’occupe, ou choisissez-en un autre (make demo PORT=8001).",
            file=sys.stderr,
        )
        return 1
    embarque = not os.environ.get("DATABASE_URL")
    try:
        if embarque:
            _etape("Base de données", postgres.DEMO.demarrer)
        _preparer()
        return _tourner(port)
    except postgres.PostgresImpossible as refus:
        print(refus, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as rate:
        print(f"La préparation s’est arrêtée : {' '.join(rate.cmd[1:])}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        if embarque:
            postgres.DEMO.arreter()
            print("Tout est arrêté.")


def _pris(port: int) -> bool:
    with socket.socket() as prise:
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            prise.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _etape(nom: str, geste: object) -> None:
    debut = time.monotonic()
    print(f"• {nom}", flush=True)
    geste()  # type: ignore[operator]
    print(f"  fait en {time.monotonic() - debut:.1f} s", flush=True)


def _preparer() -> None:
    def gerer(*arguments: str) -> object:
        return lambda: subprocess.run([sys.executable, "manage.py", *arguments], cwd=RACINE, check=True)  # noqa: S603

    _etape("Migrations", gerer("migrate", "--verbosity", "0"))
    _etape("Territoires", gerer("charger_territoire"))
    _etape("Équipe et trente appels", gerer("charger_demo"))
    if not _site_a_jour():
        _etape("Fichiers du site", gerer("collectstatic", "--noinput", "--clear", "--verbosity", "0"))
        (postgres.VAR / "static" / ".fait").touch()


def _site_a_jour() -> bool:
    """Tell whether the collected files are newer than their sources and than the installed packages."""
    fait = postgres.VAR / "static" / ".fait"
    sources = [*(RACINE / "dossiers" / "static").rglob("*"), RACINE / "uv.lock"]
    return fait.exists() and fait.stat().st_mtime > max(s.stat().st_mtime for s in sources)


def _tourner(port: str) -> int:
    """Run the three processes; honcho stops the others when one stops, and all on Ctrl-C."""
    environnement = {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        # on a bare machine the demo may well be started as root; celery's warning would hide what matters
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        # four threads would each keep a memory arena of their own
        "MALLOC_ARENA_MAX": "2",
        "GUICHET_JOURNAL": os.environ.get("GUICHET_JOURNAL", "WARNING"),
    }
    gestionnaire = Manager()
    commandes = {
        "web": f"'{BIN}/gunicorn' guichet.wsgi --bind 127.0.0.1:{port} --workers 2 --threads 4 --no-control-socket",
        "travail": f"'{BIN}/celery' --quiet --app guichet worker --concurrency 1 --max-tasks-per-child 500 --loglevel WARNING",
        "horloge": f"'{BIN}/celery' --quiet --app guichet beat --loglevel WARNING",
    }
    for nom, commande in commandes.items():
        gestionnaire.add_process(nom, commande, env=environnement, cwd=str(RACINE))
    print(f"\nGuichet est ouvert sur http://127.0.0.1:{port} (Ctrl-C arrête tout)\n", flush=True)
    gestionnaire.loop()
    # Ctrl-C is how one leaves: not an error
    return 0 if gestionnaire.returncode in {None, 130, -2} else int(gestionnaire.returncode)


if __name__ == "__main__":
    sys.exit(principal())
