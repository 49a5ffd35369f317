/** The same pg_dump as ours, and nothing around it. $1 is its file. */
export const dumpScript = `
export PGPASSWORD=$POSTGRES_PASSWORD
pg_dump --host=127.0.0.1 --username="$POSTGRES_USER" --format=plain --clean --if-exists --compress=6 \\
  --file="$1" "$POSTGRES_DB"
`;

/** Says how many nanoseconds it took, by the container's own clock. */
export const timedDumpScript = `
begin=$(date +%s%N)
${dumpScript}
echo $(($(date +%s%N) - begin))
`;

const timed = (script: string) => `
begin=$(date +%s%N)
export PGPASSWORD=$POSTGRES_PASSWORD
set -- --host=127.0.0.1 --username="$POSTGRES_USER" --format=plain --clean --if-exists "$POSTGRES_DB" "$1"
${script}
echo $(($(date +%s%N) - begin))
# What is still to be written to the disk must not burden what is measured next.
sync
`;

/** As it is typed by hand. $1 is its file. */
export const byHandScript = timed('pg_dump "$1" "$2" "$3" "$4" "$5" "$6" | gzip >"$7"');
export const toNowhereScript = timed('pg_dump "$1" "$2" "$3" "$4" "$5" "$6" >/dev/null');

export const dumpFile = '/var/lib/postgresql/data/bench.sql.gz';
