import { composeInfo } from '../scripts/info.ts';
import { composeRestore } from '../scripts/restore.ts';
import { composeShell } from '../scripts/shell.ts';
import { connection } from './scripts.ts';

/** Takes the arguments of the connection, then kind and value of the database: `container`, `literal` or `all`. */
const toDatabase = `
${connection}
case $1 in all) database= ;; *) either "$1" "$2"; database=$value ;; esac
[ "$1" = all ] || [ -n "$database" ] ||
  refuse "variable $2 of the container is empty, so it is not known which database is meant; set <<mysqlDatabases>>"
shift 2
`;

/** What is typed may hold passwords: nothing of it stays in the container. */
const client = `
export MYSQL_HISTFILE=/dev/null
connect "$client" \${database:+"--database=$database"}
`;

export const shellScript = composeShell({ connection: toDatabase, client });

const questions = `
ask() (
  connect "$client" --connect-timeout=10 --batch --skip-column-names \${database:+"--database=$database"} \\
    --execute="$1" </dev/null
)
for program in "$client" "$dumper"; do
  command -v "$program" >/dev/null 2>&1 || refuse "there is no $program in the container"
done
say "tool=$("$dumper" --version 2>/dev/null | tail -n 1)"
if said=$(ask 'select version()' 2>&1) && sizes=$(ask "
  select concat('size=', coalesce(sum(data_length + index_length), 0), ' ', schema_name)
  from information_schema.schemata left join information_schema.tables on table_schema = schema_name
  where schema_name not in ('information_schema', 'performance_schema', 'mysql', 'sys')
  group by schema_name order by schema_name" 2>&1); then
  # Warnings go before it.
  say "version=$(say "$said" | tail -n 1)"
  replica=no
  [ -z "$(ask 'show replica status' 2>/dev/null || ask 'show slave status' 2>/dev/null)" ] || replica=yes
  say "replica=$replica"
  say "$sizes"
else
  say "refused=$(say "$said $sizes" | tr '\\n' ' ')"
fi
say "user=$user"
say "database=$database"
`;

export const infoScript = composeInfo({ connection: toDatabase, questions });

/** A DROP TABLE would wait for a day, or a year, for a session that somebody left open. */
const restoring = `
feed() {
  printf 'set lock_wait_timeout = %d, innodb_lock_wait_timeout = %d;\\n' "$wait" "$wait"
  cat
}
run_client() {
  connect "$client" --batch --skip-column-names --max-allowed-packet=1G "--database=$database"
}
command -v "$client" >/dev/null 2>&1 || refuse "there is no $client in the container"
`;

/** The text `restored=yes`, without quotes, whose meaning is a setting. */
const restored = 'convert(0x726573746F7265643D796573 using utf8mb4)';

export const restoreScript = composeRestore({
  connection: toDatabase,
  tools: ['cat'],
  client: restoring,
  finale: String.raw`\nselect ${restored};\n`,
});
