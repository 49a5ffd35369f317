import { composeCheck } from '../scripts/check.ts';
import { sizes } from './sizes.ts';
import { asking, connection, historyOption, octal } from './connection.ts';
import { following } from './following.ts';

const database = `
case $4 in all) database= ;; *) either "$4" "$5"; database=$value ;; esac
[ "$4" = all ] || [ -n "$database" ] ||
  refuse "variable $5 of the container is empty, so there is no database to dump; set <<mysqlDatabases>>"
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

/**
 * Columns whose values are not dumped as they are: the tool writes a FLOAT with six digits, and the server shows each
 * character of four bytes in a label as a question mark.
 */
const inexact = `
  select concat('inexact=', hex(convert(c.table_schema using utf8mb4)), ' ', hex(convert(c.table_name using utf8mb4)), ' ',
    if(c.data_type = 'float', 'digits', 'labels'))
  from information_schema.columns as c join information_schema.tables as t
    on c.table_schema = t.table_schema and c.table_name = t.table_name
  where t.table_type in ('BASE TABLE', 'SYSTEM VERSIONED') and t.table_schema not in ${own}
    and (c.data_type = 'float' and c.numeric_scale is null or c.data_type in ('enum', 'set') and c.column_type like '%?%')
  group by c.table_schema, c.table_name, c.data_type = 'float'`;

/** The comment of a view that can be read is VIEW; that of another says why not. MariaDB only looks when asked for rows. */
const broken = `
  select concat('broken=', hex(convert(table_schema using utf8mb4)), ' ', hex(convert(table_name using utf8mb4)))
  from information_schema.tables
  where table_schema not in ${own} and table_type = 'VIEW' and table_comment <> 'VIEW' and table_rows is null`;

/**
 * Arguments from $4 on: kind and value of the database. A kind is `container`, `literal` or `all`.
 * Also says `unsafe=`, `hidden=`, `broken=` and `inexact=` with names in hexadecimal, and `grant=`, one each.
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
  ! grants=$(ask 'show grants' 2>/dev/null) || ! about=$(ask "${unsafe}; ${hidden}; ${broken}; ${inexact}" 2>/dev/null) ||
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
  sizes,
  closing: `say "user=$user"\nsay "database=$database"`,
});
