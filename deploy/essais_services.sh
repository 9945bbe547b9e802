#!/bin/sh
# The data and task tests against Debian's own PostgreSQL and Redis, on free ports, in folders of their own; all removed after.
set -eu
cd "$(dirname "$0")/.."
dire() { printf '• %s\n' "$*"; }
echouer() { printf '\n%s\n' "$*" >&2; exit 1; }

installer() {
  if [ "$(id -u)" = 0 ]; then admin=; else admin='sudo -n'; fi
  # a package's own server would start on the usual ports: ours is enough
  $admin env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 sh -c \
    "apt-get install -y -qq $* >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq $*; } >/dev/null 2>&1" ||
    echouer "Il manque $* : installez-les (apt-get install $*), puis relancez."
}

programmes() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1; }
if [ -z "$(programmes)" ]; then dire "Installation de PostgreSQL"; installer postgresql; fi
if ! command -v redis-server >/dev/null 2>&1; then dire "Installation de Redis"; installer redis-server; fi

pg=$(programmes)
[ -x "$pg/initdb" ] || echouer "PostgreSQL est installé mais initdb manque dans $pg."
dossier=$(mktemp -d /tmp/guichet-services.XXXXXX)
chmod 755 "$dossier"
libre() { .venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
port_pg=$(libre); port_redis=$(libre)
[ "$(id -u)" = 0 ] && prefixe="setpriv --reuid=postgres --regid=postgres --clear-groups" || prefixe=

fermer() {
  $prefixe "$pg/pg_ctl" -D "$dossier/pg" -m immediate stop >/dev/null 2>&1 || true
  [ -s "$dossier/redis.pid" ] && kill "$(cat "$dossier/redis.pid")" 2>/dev/null || true
  rm -rf "$dossier"
}
trap fermer EXIT INT TERM

mkdir "$dossier/pg"
[ -z "$prefixe" ] || chown postgres: "$dossier/pg"
dire "PostgreSQL $("$pg/postgres" --version | cut -d' ' -f3) sur le port $port_pg, Redis sur le port $port_redis"
(cd / && $prefixe "$pg/initdb" -D "$dossier/pg" -U guichet -E UTF8 --locale=C.UTF-8 -A trust >/dev/null)
(cd / && $prefixe "$pg/pg_ctl" -D "$dossier/pg" -s -w -l "$dossier/pg/journal" \
  -o "-p $port_pg -k $dossier/pg -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off" start)
redis-server --port "$port_redis" --bind 127.0.0.1 --save '' --appendonly no --daemonize yes \
  --dir "$dossier" --pidfile "$dossier/redis.pid" --logfile "$dossier/redis.log" >/dev/null

DATABASE_URL="postgres://guichet@127.0.0.1:$port_pg/postgres" BROKER_URL="redis://127.0.0.1:$port_redis/0" \
  .venv/bin/python -m pytest -m services --create-db -p no:cacheprovider
