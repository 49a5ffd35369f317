import { composeCheck } from '../scripts/check.ts';
import { composeDump } from '../scripts/dump.ts';
import { sizes } from './sizes.ts';

/**
 * Arguments: HOST PORT CHARACTER_SET, then kind and value of user and password. A kind is `container`, `literal`, or
 * `stdin`.
 *
 * - Of the container's option files only what a connection needs is taken over, by name. The rest, such as `no-data` or
 *   `skip-comments` in `[mysqldump]`, could make the dump another one than was asked for.
 * - MYSQL_PWD is the one way of giving a password that is neither an argument nor a file, and all versions take it in
 *   silence but one: without options of TLS, MariaDB 11.4 and later warns that it does not verify the server's
 *   certificate, which it is told not to. A login path file would come before it.
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
  exec "$program" --no-defaults $options --host="$host" --port="$port" --user="$user" \\
    --default-character-set="$character_set" "$@"
}
`;

const database = `
case $4 in all) database= ;; *) either "$4" "$5"; database=$value ;; esac
[ "$4" = all ] || [ -n "$database" ] ||
  refuse "variable $5 of the container is empty, so there is no database to dump; set <<mysqlDatabases>>"

# SQL: one row per line; a tab, newline or backslash in a value is written as \\t, \\n or two backslashes.
ask() (
  connect "$client" --connect-timeout=10 --batch --skip-column-names \${database:+"--database=$database"} \\
    --execute="set sql_mode = ''; $1" </dev/null
)

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

const own = `('information_schema', 'performance_schema', 'mysql', 'sys')`;

/** A folder that is no database, such as lost+found, is named #mysql50#lost+found by older servers. */
const names = `
  select hex(convert(schema_name using utf8mb4)) from information_schema.schemata
  where schema_name not like '#mysql50#%'`;

/** Sequences of MariaDB are no tables to it, and have their place in the transaction. */
const unsafe = `
  select concat('unsafe=', hex(convert(table_schema using utf8mb4)), ' ', hex(convert(table_name using utf8mb4)), ' ', t.engine)
  from information_schema.tables as t join information_schema.engines as e on t.engine = e.engine
  where t.table_schema not in ${own} and t.table_type <> 'SEQUENCE' and coalesce(e.transactions, 'NO') <> 'YES'`;

const hidden = `
  select concat('hidden=', hex(convert(routine_schema using utf8mb4)), ' ', hex(convert(routine_name using utf8mb4)))
  from information_schema.routines where routine_schema not in ${own} and routine_definition is null`;

/** The comment of a view that can be read is VIEW; that of another says why not. MariaDB only looks when asked for rows. */
const broken = `
  select concat('broken=', hex(convert(table_schema using utf8mb4)), ' ', hex(convert(table_name using utf8mb4)))
  from information_schema.tables
  where table_schema not in ${own} and table_type = 'VIEW' and table_comment <> 'VIEW' and table_rows is null`;

/**
 * Arguments from $4 on: kind and value of the database. A kind is `container`, `literal` or `all`.
 * Also says `unsafe=`, `hidden=` and `broken=` with names in hexadecimal, and `grant=`, one each.
 */
const questions = `
trouble() { say "refused=$(say "$1" | tr '\\n' ' ')"; }
only=
[ "$4" != all ] || only="and schema_name not in ${own}"
tool=$("$dumper" --version 2>/dev/null | tail -n 1)
if ! said=$(ask 'select version()' 2>&1); then
  trouble "$said"
elif ! names=$(ask "${names} $only order by schema_name" 2>/dev/null) ||
  ! current=$(ask "select hex(convert(coalesce(database(), 'information_schema') using utf8mb4))" 2>/dev/null) ||
  ! grants=$(ask 'show grants' 2>/dev/null) || ! about=$(ask "${unsafe}; ${hidden}; ${broken}" 2>/dev/null); then
  trouble 'it does not say what it has, and who may read it'
else
  # Warnings go before it.
  say "version=$(say "$said" | tail -n 1)"
  say "tool=$tool"
  say "$current" | say_names current
  [ -z "$names" ] || say "$names" | say_names name
  # Without the digest of a password.
  say "$grants" | while IFS= read -r line; do say "grant=\${line%% IDENTIFIED BY*}"; done
  [ -z "$about" ] || say "$about"
fi
`;

/** Arguments: those of the connection, FILE PREFIX SUFFIX, then kind and value of the database. */
export const checkScript = composeCheck({
  connection: `${connection}${database}`,
  tools: [],
  questions,
  sizes,
  closing: `say "user=$user"\nsay "database=$database"`,
});

/**
 * - A partial dump has no use for the GTIDs of the whole server, which another server would refuse, so MySQL's tool leaves
 *   them out.
 * - The tablespaces that it knows are NDB's, and to look for them takes PROCESS.
 * - A row may be as large as the protocol has it.
 */
const tool = `
choose_tool() {
  tool=$dumper closing='
-- Dump completed'
}
run_tool() {
  gtid=
  [ "$family" = mariadb ] || gtid=--set-gtid-purged=OFF
  connect "$dumper" --single-transaction --quick --routines --events --triggers --hex-blob --no-tablespaces \\
    --max-allowed-packet=1G $gtid -- "$2"
}
`;

/** Arguments: those of the connection, then of each dump `database` NAME FILE PARTIAL. */
export const dumpScript = composeDump({ connection, tool });
