import { composeInfo } from '../scripts/info.ts';
import { composeShell } from '../scripts/shell.ts';
import { asking, toDatabase } from './connection.ts';

/** What is typed may hold passwords: nothing of it stays in the container. */
const client = `
export MYSQL_HISTFILE=/dev/null MARIADB_HISTFILE=/dev/null
connect "$client" \${database:+"--database=$database"}
`;

export const shellScript = composeShell({ connection: toDatabase, client });

const questions = `
${asking}
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
