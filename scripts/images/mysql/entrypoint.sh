#!/bin/sh
# Starts MariaDB or MySQL, whichever the image has; at the first start makes its data folder.
#   MYSQL_ROOT_PASSWORD (required), MYSQL_DATABASE, MYSQL_USER, MYSQL_PASSWORD, or the MARIADB_ names of the same,
#   each also as the path of a file in NAME_FILE; MYSQL_DATADIR
# As in the official images root may come from everywhere, and the user has its database. It writes below /var/lib/mysql,
# to /run/mysqld and to /tmp.
set -eu

socket_folder= server=
finish() {
  status=$?
  [ -z "$server" ] || kill -KILL "$server" 2>/dev/null || :
  [ -z "$socket_folder" ] || rm -rf "$socket_folder"
  exit "$status"
}

# The value of the first of two names that has one.
variable() {
  for name in "$@"; do
    value=$(printenv "$name") || value=
    [ -z "$value" ] || return 0
    file=$(printenv "${name}_FILE") || file=
    [ -z "$file" ] || value=$(cat "$file")
    [ -z "$value" ] || return 0
  done
}

# As SQL has a text, and a name.
quoted() { printf "'%s'" "$(printf '%s' "$1" | sed "s/[\\\\']/\\\\&/g")"; }
named() { printf '`%s`' "$(printf '%s' "$1" | sed 's/`/``/g')"; }

accounts() {
  cat <<SQL
DROP USER IF EXISTS root@'127.0.0.1', root@'::1', root@$(quoted "$(hostname)");
ALTER USER root@localhost IDENTIFIED BY $(quoted "$root_password");
CREATE USER root@'%' IDENTIFIED BY $(quoted "$root_password");
GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;
SQL
  [ -z "$database" ] || printf 'CREATE DATABASE %s;\n' "$(named "$database")"
  [ -n "$user" ] || return 0
  printf "CREATE USER %s@'%%' IDENTIFIED BY %s;\n" "$(quoted "$user")" "$(quoted "$password")"
  # In a grant the name of a database is a pattern.
  [ -z "$database" ] || printf "GRANT ALL ON %s.* TO %s@'%%';\n" "$(named "$database" | sed 's/_/\\_/g')" "$(quoted "$user")"
}

# The database is made beside its folder and renamed when complete: a killed first start leaves nothing that looks ready.
# It is written without syncing, and synced as a whole before the rename: half the time on a slow disk.
initialise() {
  variable MARIADB_ROOT_PASSWORD MYSQL_ROOT_PASSWORD; root_password=${value:?MYSQL_ROOT_PASSWORD must be set}
  variable MARIADB_DATABASE MYSQL_DATABASE; database=$value
  variable MARIADB_USER MYSQL_USER; user=$value
  variable MARIADB_PASSWORD MYSQL_PASSWORD; password=$value
  fresh=$MYSQL_DATADIR.init
  rm -rf "$fresh"
  mkdir -p "$fresh"
  chmod 0700 "$fresh"
  if command -v mariadb-install-db >/dev/null; then
    # --rpm, as in the official image: without it the host's own name is looked up, and given an account.
    mariadb-install-db --rpm --datadir="$fresh" --auth-root-authentication-method=normal --skip-test-db
  else
    mysqld --initialize-insecure --datadir="$fresh"
  fi
  set_up "$fresh"
  sync -f "$fresh"
  [ ! -d "$MYSQL_DATADIR" ] || rmdir "$MYSQL_DATADIR"
  mv "$fresh" "$MYSQL_DATADIR"
  sync -f "$MYSQL_DATADIR"
}

# This server listens on a private socket only, so no readiness probe can take it for the real one.
set_up() {
  socket_folder=$(mktemp -d)
  socket=$socket_folder/socket
  extra=
  # The X plugin has a port and a socket of its own; only MySQL knows the option.
  command -v mariadbd >/dev/null || extra=--mysqlx=OFF
  "$daemon" --datadir="$1" --socket="$socket" --pid-file="$socket_folder/pid" --skip-networking $extra &
  server=$!
  until "$client" --socket="$socket" --user=root --execute='DO 1' 2>/dev/null; do
    kill -0 "$server"
    sleep 0.1 2>/dev/null || sleep 1
  done
  accounts | "$client" --socket="$socket" --user=root
  kill "$server"
  wait "$server"
  server=
  rm -rf "$socket_folder"
  socket_folder=
}

daemon=mysqld client=mysql
if command -v mariadbd >/dev/null; then daemon=mariadbd client=mariadb; fi

case ${1:-} in '' | -*) set -- mysqld "$@" ;; esac
case $1 in mysqld | mariadbd) shift ;; *) exec "$@" ;; esac

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$(dirname "$MYSQL_DATADIR")"
  chown mysql:mysql "$(dirname "$MYSQL_DATADIR")"
  exec setpriv --reuid=999 --regid=999 --clear-groups "$0" mysqld "$@"
fi

if [ ! -d "$MYSQL_DATADIR/mysql" ]; then
  trap finish EXIT
  trap 'exit 143' TERM INT
  initialise
  trap - EXIT TERM INT
fi
exec "$daemon" --datadir="$MYSQL_DATADIR" --socket=/run/mysqld/mysqld.sock --pid-file=/run/mysqld/mysqld.pid "$@"
