#!/bin/sh
# Starts PostgreSQL; at the first start makes its data folder.
#   POSTGRES_PASSWORD (required), POSTGRES_USER (default postgres), POSTGRES_DB (default: the user's name), PGDATA
# Unlike in the official image the local socket needs the password as well.
set -eu

socket_folder=
finish() {
  status=$?
  [ -z "$socket_folder" ] || { pg_ctl -D "$PGDATA.init" -m immediate stop >/dev/null 2>&1 || :; rm -rf "$socket_folder"; }
  exit "$status"
}

# The database is made beside PGDATA and renamed when complete: a killed first start leaves nothing that looks ready.
# It is written without fsync, and synced as a whole before the rename: half the time on a slow disk.
initialise() {
  : "${POSTGRES_PASSWORD:?POSTGRES_PASSWORD must be set}"
  user=${POSTGRES_USER:-postgres}
  database=${POSTGRES_DB:-$user}
  rm -rf "$PGDATA.init"
  mkdir -p "$PGDATA.init"
  chmod 0700 "$PGDATA.init"
  printf '%s\n' "$POSTGRES_PASSWORD" |
    initdb -D "$PGDATA.init" --username="$user" --pwfile=/dev/stdin --auth=scram-sha-256 --encoding=UTF8 --no-sync
  echo 'host all all all scram-sha-256' >>"$PGDATA.init/pg_hba.conf"
  echo "listen_addresses = '*'" >>"$PGDATA.init/postgresql.conf"
  if [ "$database" != postgres ]; then create_database "$user" "$database"; fi
  sync -f "$PGDATA.init"
  [ ! -d "$PGDATA" ] || rmdir "$PGDATA"
  mv "$PGDATA.init" "$PGDATA"
  sync -f "$PGDATA"
}

# This server listens on a private socket only, so no readiness probe can take it for the real one.
create_database() {
  socket_folder=$(mktemp -d)
  pg_ctl -D "$PGDATA.init" -w -o "-c listen_addresses= -c unix_socket_directories=$socket_folder -c fsync=off" start
  PGPASSWORD=$POSTGRES_PASSWORD psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 -v "database=$2" \
    --host="$socket_folder" --username="$1" --dbname=postgres <<'SQL'
CREATE DATABASE :"database";
SQL
  pg_ctl -D "$PGDATA.init" -w -m fast stop
  rm -rf "$socket_folder"
  socket_folder=
}

case ${1:-} in '' | -*) set -- postgres "$@" ;; esac
[ "$1" = postgres ] || exec "$@"

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$(dirname "$PGDATA")"
  chown postgres:postgres "$(dirname "$PGDATA")"
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  trap finish EXIT
  trap 'exit 143' TERM INT
  initialise
  trap - EXIT
fi
# A volume's fsGroup opens the folder to the group at each mount, with which PostgreSQL refuses to start.
chmod 0700 "$PGDATA"
unset POSTGRES_PASSWORD
# As in the official image, PostgreSQL itself is process 1: it restarts when an orphan falls to it that ended by a signal.
exec "$@"
