import { composeInfo } from '../scripts/info.ts';
import { composeRestore } from '../scripts/restore.ts';
import { composeShell } from '../scripts/shell.ts';
import { connection } from './scripts.ts';

/** Takes the arguments of the connection, then kind and value of the database: `container`, `literal` or `all`. */
const toDatabase = `
${connection}
case $1 in
  all) PGDATABASE=postgres ;;
  *) credential "$1" "$2"; PGDATABASE=$value ;;
esac
[ -n "$PGDATABASE" ] || PGDATABASE=$PGUSER
export PGDATABASE
shift 2
`;

/** What is typed may hold passwords: nothing of it stays in the container. */
const client = `
export PSQL_HISTORY=/dev/null
exec psql
`;

export const shellScript = composeShell({ connection: toDatabase, client });

const questions = `
ask() { psql --no-psqlrc --no-password --tuples-only --no-align --quiet "$@" </dev/null; }
for tool in pg_dump psql; do
  command -v "$tool" >/dev/null 2>&1 || refuse "there is no $tool in the container"
done
tool=$(pg_dump --version)
say "tool=\${tool##*PostgreSQL) }"
if said=$(ask --command "select 'version=' || current_setting('server_version')" \\
    --command "select 'replica=' || case when pg_is_in_recovery() then 'yes' else 'no' end" \\
    --command "select 'size=' || pg_database_size(oid) || ' ' || translate(datname, E'\\\\r\\\\n', '  ')
               from pg_catalog.pg_database
               where datallowconn and not datistemplate and has_database_privilege(oid, 'connect')
               order by datname" 2>&1); then
  say "$said"
else
  say "refused=$(say "$said" | tr '\\n' ' ')"
fi
say "user=$PGUSER"
say "database=$PGDATABASE"
`;

export const infoScript = composeInfo({ connection: toDatabase, questions });

/**
 * One transaction, whatever the dump says of transactions and of waiting for locks:
 * - pg_dump begins with `SET lock_timeout = 0`: a DROP would then wait for ever for a session that somebody left open.
 *   Its lines before that are passed on one by one, it is left out, and the rest goes as it comes.
 * - What pg_restore makes of a folder ($1 is `folder`) has one BEGIN, among the first lines, and one COMMIT at its end.
 * - Large objects are in a plain dump between a BEGIN and a COMMIT of their own, which would commit the first half. Only
 *   those two lines are left out, found by what goes before them; and only in a dump that has some ($1 is `large`).
 *   See `StartRestoreLOs` in pg_backup_archiver.c.
 */
const restoring = `
transactions=$1
heading() {
  lines=0
  while [ "$lines" -lt 100 ] && IFS= read -r line; do
    lines=$((lines + 1))
    case $line in
      'SET lock_timeout = 0;') return 0 ;;
      'BEGIN;') [ "$transactions" != folder ] || continue ;;
    esac
    printf '%s\\n' "$line"
  done
}
without_transactions() {
  LC_ALL=C awk '
    {
      if (state == 4 && $0 == "COMMIT;") { state = 0; next }
      if (state == 3) { state = $0 == "BEGIN;" ? 4 : 0; if (state == 4) next }
      else if (state == 2) state = $0 == "" ? 3 : 0
      else if (state == 1) state = $0 == "--" ? 2 : 0
      if ($0 ~ /^-- Data for Name: .*; Type: BLOBS; Schema: /) state = 1
      print
    }'
}
# It begins with BEGIN, and ends with COMMIT when it has come to its end, and not before.
unpack_folder() { pg_restore --clean --if-exists --single-transaction --exit-on-error --file=- -- "$1"; }
feed() {
  printf '%s\\n' 'begin;' "set local lock_timeout = :'wait';"
  heading
  case $transactions in large) without_transactions ;; *) cat ;; esac
}
run_client() {
  exec psql --no-psqlrc --no-password --quiet --set ON_ERROR_STOP=1 --set wait="\${wait}s" --output /dev/null --file -
}
[ "$transactions" != folder ] || command -v pg_restore >/dev/null 2>&1 || refuse "there is no pg_restore in the container, which a folder needs"
[ "$transactions" != large ] || command -v awk >/dev/null 2>&1 || refuse "there is no awk in the container, which a dump with large objects needs"
`;

export const restoreScript = composeRestore({
  connection: toDatabase,
  tools: ['psql', 'cat'],
  client: restoring,
  finale: String.raw`\ncommit;\n\\echo restored=yes\n`,
});
