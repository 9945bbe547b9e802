#!/bin/sh
# Everything that can be said of the code without running the suite; stops at the first refusal.
set -eu
cd "$(dirname "$0")/.."
b=.venv/bin
dire() { printf '• %s\n' "$*"; }
dire "ruff"; $b/ruff check . ; $b/ruff format --check --quiet .
dire "imports"; $b/lint-imports --no-cache >/tmp/imports.$$ 2>&1 || { cat /tmp/imports.$$; rm -f /tmp/imports.$$; exit 1; }; rm -f /tmp/imports.$$
dire "types"; $b/mypy
dire "gabarits"; git ls-files 'templates/*.html' | xargs $b/djade --check --target-version 6.0
# Django's own checks ask the server for its version: the tests' cluster answers, the demo's may not exist yet
$b/python -m guichet.postgres demarrer essai
DATABASE_URL=${DATABASE_URL:-$($b/python -c 'from urllib.parse import quote; from guichet import postgres as p
print(f"postgres://{p.UTILISATEUR}@{quote(str(p.ESSAI.prise), safe=str())}/guichet")')}
export DATABASE_URL
dire "migrations"; GUICHET_SECRET_KEY=verification-only-$(date +%s)-0123456789-abcdefghijklmnopqrstuvwxyz $b/python manage.py makemigrations --check --dry-run
dire "documentation des machines"; $b/python manage.py documenter_workflows --verifier
dire "déploiement"
GUICHET_HTTPS=1 GUICHET_HOTES=guichet.example.org GUICHET_SECRET_KEY=verification-only-$(date +%s)-0123456789-abcdefghijklmnopqrstuvwxyz \
  $b/python manage.py check --deploy --fail-level WARNING
