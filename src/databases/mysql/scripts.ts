import { composeCheck } from '../scripts/check.ts';
import { composeDump } from '../scripts/dump.ts';

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

const database = `
case $4 in all) database= ;; *) either "$4" "$5"; database=$value ;; esac
[ "$4" = all ] || [ -n "$database" ] ||
  refuse "variable $5 of the container is empty, so there is no database to dump; set <<mysqlDatabases>>"
`;

/** No limit of rows: a server may have another by default. */
export const allRows = 'sql_select_limit = 18446744073709551615';

/**
 * Of `database`, if it is not empty. What an answer looks like depends on no setting of user or server, nor of the statements
 * that a server has for each who connects (`init_connect`): no mode, no quotes, and no limit of rows.
 */
export const asking = `
# SQL: one row per line; a tab, newline or backslash in a value is written as \\t, \\n or two backslashes.
ask() (
  connect "$client" --connect-timeout=10 --batch --skip-column-names \${database:+"--database=$database"} \\
    --execute="set sql_mode = '', sql_quote_show_create = 1, ${allRows}; $1" </dev/null
)
`;

const historyOption = `
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

/** Tables with a history, and of which kind: of times, or of transactions. */
const versioned = `
  select concat('versioned=', hex(convert(t.table_schema using utf8mb4)), ' ', hex(convert(t.table_name using utf8mb4)), ' ',
    if(c.column_name is null, 'times', 'transactions'))
  from information_schema.tables as t left join information_schema.columns as c
    on c.table_schema = t.table_schema and c.table_name = t.table_name
      and c.generation_expression = 'ROW START' and c.data_type = 'bigint'
  where t.table_type = 'SYSTEM VERSIONED' and t.table_schema not in ${own} order by t.table_schema, t.table_name`;

/** The comment of a view that can be read is VIEW; that of another says why not. MariaDB only looks when asked for rows. */
const broken = `
  select concat('broken=', hex(convert(table_schema using utf8mb4)), ' ', hex(convert(table_name using utf8mb4)))
  from information_schema.tables
  where table_schema not in ${own} and table_type = 'VIEW' and table_comment <> 'VIEW' and table_rows is null`;

/**
 * Says `replica=`, and of each server that it follows `lag=`, `stalled=` or both. Who may not ask is told that it may be a
 * replica where it is read-only.
 */
const following = `
# SQL: a value per line, as NAME: VALUE, in a session as the tool has it.
status() ( connect "$client" --connect-timeout=10 --batch --vertical --execute="$1" </dev/null 2>&1 )
follow_up() {
  io= sql=
  while read -r key value; do
    case $key in
      Slave_IO_Running:|Replica_IO_Running:) io=$value ;;
      Slave_SQL_Running:|Replica_SQL_Running:) sql=$value ;;
      Seconds_Behind_Master:|Seconds_Behind_Source:)
        case $value in *[!0-9]*|'') ;; *) say "lag=$value" ;; esac
        [ "$io,$sql" = Yes,Yes ] || say "stalled=IO thread: $io, SQL thread: $sql"
        ;;
    esac
  done
}
# What of a session makes the tool leave rows out, or take old ones.
say_limits() {
  case $family in mariadb) asof=', @@system_versioning_asof' ;; *) asof= ;; esac
  status "select @@sql_select_limit$asof" | while read -r key value; do
    case $key in
      @@sql_select_limit:) [ "$value" = 18446744073709551615 ] || say "rows=$value" ;;
      @@system_versioning_asof:) [ "$value" = DEFAULT ] || say "asof=$value" ;;
    esac
  done
}
say_following() {
  case $family in
    mariadb) newer='show all replicas status' older='show all slaves status' ;;
    *) newer='show replica status' older='show slave status' ;;
  esac
  if rows=$(status "$newer") || { case $rows in *denied*) false ;; esac && rows=$(status "$older"); }; then
    case $rows in
      *_IO_Running:*) say replica=yes; say "$rows" | follow_up ;;
      *) say replica=no ;;
    esac
  else
    case $(ask 'select @@global.read_only' 2>/dev/null | tail -n 1) in [1-9]*|ON) say replica=perhaps ;; esac
  fi
}
`;

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
  ! grants=$(ask 'show grants' 2>/dev/null) || ! about=$(ask "${unsafe}; ${hidden}; ${broken}" 2>/dev/null) ||
  ! history=$([ "$family" != mariadb ] || ask "${versioned}" 2>/dev/null); then
  trouble 'it does not say what it has, and who may read it'
else
  # Warnings go before it.
  say "version=$(say "$said" | tail -n 1)"
  say "tool=$tool"
  say "$current" | say_names current
  [ -z "$names" ] || say "$names" | say_names name
  say_following
  say_limits
  # Without the digest of a password.
  say "$grants" | while IFS= read -r line; do say "grant=\${line%% IDENTIFIED BY*}"; done
  [ -z "$about" ] || say "$about"
  if [ -n "$history" ]; then
    say "$history"
    if knows_history; then say history=dumped; fi
  fi
fi
`;

/** Arguments: those of the connection, FILE PREFIX SUFFIX, then kind and value of the database. */
export const checkScript = composeCheck({
  connection: `${connection}${database}${asking}${historyOption}${following}${octal}`,
  tools: [],
  questions,
  closing: `say "user=$user"\nsay "database=$database"`,
});

/**
 * Of the current database, in one row: the server's limit of a statement; how many of its tables have a history, and how many
 * one of transactions instead of times, which the tool cannot dump; and how many could have a row that is longer than half
 * the limit, as far as sizes tell, which of a compressed table are a fraction.
 */
const limits = `
  /*!80000 set session information_schema_stats_expiry = 0 */;
  select @@global.max_allowed_packet,
    (select count(*) from information_schema.tables where table_schema = database() and table_type = 'SYSTEM VERSIONED'),
    (select count(*) from information_schema.columns as c join information_schema.tables as t
       on t.table_schema = c.table_schema and t.table_name = c.table_name
     where c.table_schema = database() and t.table_type = 'SYSTEM VERSIONED'
       and c.generation_expression = 'ROW START' and c.data_type = 'bigint'),
    (select count(*) from information_schema.tables
     where table_schema = database() and table_type in ('BASE TABLE', 'SYSTEM VERSIONED')
       and data_length * if(concat_ws(' ', row_format, create_options) like '%compressed%', 50, 1) > @@global.max_allowed_packet / 2)`;

/**
 * - A partial dump has no use for the GTIDs of the whole server, which another server would refuse, so MySQL's tool leaves
 *   them out.
 * - The tablespaces that it knows are NDB's, and to look for them takes PROCESS.
 * - A row may be as large as the protocol has it. What the server would not take back is another matter: a statement of several
 *   rows is no longer than it takes, and no value is twice as long in the dump where that could be too long. Without
 *   --hex-blob a byte of a value is one or two characters in the dump, and of most one.
 * - The history of tables is dumped where the tool can. It fails where one table has a history of transactions.
 */
const tool = `
choose_tool() {
  tool=$dumper closing='
-- Dump completed'
}
# LIMIT VERSIONED PRECISE LARGE: sets options of the tool.
fit() {
  if [ "$1" -lt 1052672 ]; then
    room=$(($1 - 4096))
    [ "$room" -ge 4096 ] || room=4096
    fitting=--net-buffer-length=$room
  fi
  case $character_set in utf8*|latin1|binary|ascii) [ "$4" -eq 0 ] || binary= ;; esac
  if [ "$2" -gt 0 ] && [ "$3" -eq 0 ] && knows_history; then history=--dump-history; fi
}
run_tool() {
  gtid= binary=--hex-blob fitting= history=
  [ "$family" = mariadb ] || gtid=--set-gtid-purged=OFF
  limits=$(database=$2; ask "${limits}" 2>/dev/null | tail -n 1 | tr '\\t' ' ') || limits=
  case $limits in *[!0-9\\ ]*|'') ;; *) fit $limits ;; esac
  connect "$dumper" --single-transaction --quick --routines --events --triggers --no-tablespaces \\
    --max-allowed-packet=1G $binary $fitting $history $gtid -- "$2"
}
`;

/** Arguments: those of the connection, then of each dump `database` NAME FILE PARTIAL. */
export const dumpScript = composeDump({ connection: `${connection}${asking}${historyOption}`, tool });
