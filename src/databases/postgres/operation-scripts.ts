import { composeInfo } from '../scripts/info.ts';
import { composeShell } from '../scripts/shell.ts';
import { toDatabase } from './connection.ts';
import { shellWord } from '../scripts/constant.ts';
import { managing } from './restore/managing.ts';
import { isMark, keptName } from './restore/marks.ts';

/** What is typed may hold passwords: nothing of it stays in the container. */
const client = `
export PSQL_HISTORY=/dev/null PGCLIENTENCODING=UTF8
exec psql
`;

export const shellScript = composeShell({ connection: toDatabase, client });

const name = `translate(datname, chr(13) || chr(10), '  ')`;
const comment = `coalesce(shobj_description(oid, 'pg_database'), '')`;

/** `kept=NAME` is what a restore has kept of before, `unfinished=NAME` what a killed one has left. */
const serverQuestion = `
  select line from (
    select 1 as part, 'version=' || current_setting('server_version') as line
    union all select 2, 'replica=' || case when pg_is_in_recovery() then 'yes' else 'no' end
    union all
    select part, line || ${name} from pg_catalog.pg_database,
      lateral (select 3 as part, 'size=' || pg_database_size(oid) || ' ' as line
               union all select 4, 'unfinished=' where ${isMark(comment)}
               union all select 5, 'kept=' where datname ~ '${keptName}' and not ${isMark(comment)}) as lines
    where datallowconn and not datistemplate and has_database_privilege(oid, 'connect')
  ) as lines order by part, line`;

const isThere = `select exists (select from pg_catalog.pg_database where datname = :'target')`;

/** `lost=yes` of a server that would let us in, if there were such a database. */
const questions = `
for tool in pg_dump psql; do
  command -v "$tool" >/dev/null 2>&1 || refuse "there is no $tool in the container"
done
tool=$(pg_dump --version)
say "tool=\${tool##*PostgreSQL) }"
if answer "${serverQuestion}"; then
  say "$said"
else
  refused=$said
  ${managing}
  if [ -n "$maintenance" ] && [ "$(say ${shellWord(isThere)} | manage 2>/dev/null)" = f ]; then
    PGDATABASE=$maintenance
    if answer "${serverQuestion}"; then say "$said"; say lost=yes; fi
    PGDATABASE=$target
  fi
  say "refused=$refused"
fi
say "user=$PGUSER"
say "database=$PGDATABASE"
`;

export const infoScript = composeInfo({ connection: toDatabase, questions });
