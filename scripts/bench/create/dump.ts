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

export const dumpFile = '/var/lib/postgresql/data/bench.sql.gz';
