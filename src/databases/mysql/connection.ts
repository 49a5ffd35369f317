/**
 * Arguments: HOST PORT CHARACTER_SET, then kind and value of user and password. A kind is `container`, `literal`, or
 * `stdin`.
 *
 * - Of the container's option files only what a connection needs is taken over, by name. The rest, such as `no-data` or
 *   `skip-comments` in `[mysqldump]`, could make the dump another one than was asked for.
 * - MYSQL_PWD is the one way of giving a password that is neither an argument nor a file, and all versions take it in
 *   silence but one: without options of TLS, MariaDB 11.4 and later warns that it does not verify the server's
 *   certificate, which it is told not to. A login path file would come before it.
 * - Of the container's variables that the programs look at, those stay by which a connection is made: MYSQL_UNIX_PORT,
 *   MYSQL_HOME, MYSQL_GROUP_SUFFIX, LIBMYSQL_ENABLE_CLEARTEXT_PLUGIN, and those of TLS.
 */
export const connection = `
host=$1 port=$2 character_set=$3
# KIND VALUE: sets value; a container of MariaDB may have either of two names for a variable.
either() {
  credential "$1" "$2"
  if [ -z "$value" ] && [ "$1" = container ]; then
    case $2 in MYSQL_*) variable "MARIADB_\${2#MYSQL_}" ;; esac
  fi
}
either "$4" "$5"
user=$value
[ -n "$user" ] || refuse "variable $5 of the container is empty, so there is no user to connect as; set <<mysqlUser>>"
listen
case $6 in
  stdin) MYSQL_PWD=$first ;;
  *) either "$6" "$7"; MYSQL_PWD=$value ;;
esac
if [ -n "$MYSQL_PWD" ]; then export MYSQL_PWD; else unset MYSQL_PWD; fi
MYSQL_TEST_LOGIN_FILE=/dev/null
export MYSQL_TEST_LOGIN_FILE
shift 7

# NAME NAME: sets found to the one that is there; there is no program with a slash in its name.
choose_program() {
  if command -v "$1" >/dev/null 2>&1; then found=$1
  elif command -v "$2" >/dev/null 2>&1; then found=$2
  else found=$2 more_tools="$more_tools $1/$2"
  fi
}
more_tools=
choose_program mariadb-dump mysqldump
dumper=$found
choose_program mariadb mysql
client=$found
options=
set -f
for option in $("$client" --print-defaults 2>/dev/null | tail -n 1); do
  case $option in
    --ssl*|--tls*|--socket=*|--plugin-dir=*|--default-auth=*|--get-server-public-key*|--server-public-key-path=*)
      options="$options $option" ;;
  esac
done
set +f
family=mysql
case $("$dumper" --version 2>/dev/null) in *MariaDB*)
  family=mariadb
  case $options in *--ssl*) ;; *) options="$options --skip-ssl-verify-server-cert" ;; esac
;; esac

# PROGRAM ARGUMENT...: becomes that program.
connect() {
  set -f
  program=$1
  shift
  unset MYSQL_HOST MYSQL_TCP_PORT MYSQL_DEBUG MYSQL_PS1 || :
  exec "$program" --no-defaults $options --host="$host" --port="$port" --user="$user" \\
    --default-character-set="$character_set" "$@"
}
`;

/** Takes kind and value of the database: `container`, `literal` or `all`. */
export const toDatabase = `
${connection}
case $1 in all) database= ;; *) either "$1" "$2"; database=$value ;; esac
[ "$1" = all ] || [ -n "$database" ] ||
  refuse "variable $2 of the container is empty, so it is not known which database is meant; set <<mysqlDatabases>>"
shift 2
`;

/** No limit of rows: a server may have another by default. */
export const allRows = 'sql_select_limit = 18446744073709551615';

/** No limit of time for a statement: MariaDB's is of all, MySQL's of those that read. */
const unhurried = '/*M!100100 max_statement_time = 0, */ /*!80000 max_execution_time = 0, */';

/**
 * Of `database`, if it is not empty. What an answer looks like depends on no setting of user or server, nor of the statements
 * that a server has for each who connects (`init_connect`): no mode, no quotes, and no limit of rows.
 */
export const asking = `
# SQL, which must not wait for what another session does: one row per line; a tab, newline or backslash in a value is written as \\t, \\n or two backslashes.
ask() (
  connect "$client" --connect-timeout=10 --batch --skip-column-names \${database:+"--database=$database"} \\
    --execute="set sql_mode = '', sql_quote_show_create = 1, lock_wait_timeout = 10, ${unhurried} ${allRows}; $1" </dev/null
)
`;

/** Of the tool. */
export const historyOption = `
knows_history() { case $("$dumper" --help 2>/dev/null) in *--dump-history*) return 0 ;; esac; return 1; }
`;

export const octal = `
# HEX: as octal.ts has it.
octal() {
  hex=$1
  while [ -n "$hex" ]; do
    rest=\${hex#??}
    printf '\\\\0%03o' "0x\${hex%"$rest"}"
    hex=$rest
  done
}
# KEY, and on stdin HEX of one name per line.
say_names() { while read -r line; do say "$1=$(octal "$line")"; done; }
`;

/**
 * Cuts lines into pieces of \$width bytes; \$width is 0, and nothing is cut, where there is no fold that can. That of busybox
 * takes 10000 at most.
 */
export const pieces = `
width=0
case $(printf x | fold -b -w 9973 2>/dev/null) in x) width=9973 ;; esac
pieces() { if [ "$width" -gt 0 ]; then exec fold -b -w "$width"; else exec cat; fi; }
`;
