/**
 * What runs in the database's container: constant text for a POSIX shell; values come as arguments,
 * a password of our own settings as the first line of stdin, which is empty without one: it also says that the caller is
 * still there, and nothing is done before. Exits 64 when the settings do not fit the container.
 *
 * Arguments: FILE PARTIAL HOST PORT, then kind and value of user, database and password.
 * A kind is `container` (the value names a variable), `literal`, or `stdin` (the value is unused).
 */
const connection = `
file=$1 partial=$2
directory=\${file%/*}
[ -n "$directory" ] || directory=/

# Not echo: that of dash takes backslashes in a value for escapes.
say() { printf '%s\\n' "$1"; }
refuse() { say "$1" >&2; exit 64; }

command -v printenv >/dev/null || refuse "there is no printenv in the container, so its variables cannot be read; use an image that has it"

# The variable, or what its companion NAME_FILE points to, as the database images have it.
variable() {
  value=$(printenv "$1") || value=
  [ -z "$value" ] || return 0
  secret=$(printenv "$1_FILE") || secret=
  [ -n "$secret" ] || return 0
  value=$(cat "$secret") || refuse "variable $1_FILE of the container names a file that cannot be read: $secret"
}

PGHOST=$3 PGPORT=$4 PGCONNECT_TIMEOUT=10
case $5 in literal) PGUSER=$6 ;; *) variable "$6"; PGUSER=$value ;; esac
if [ -z "$PGUSER" ]; then
  [ "$6" = POSTGRES_USER ] || refuse "variable $6 of the container is empty, so there is no user to connect as; set BAK_DB_POSTGRES_USER"
  PGUSER=postgres
fi
case $7 in literal) PGDATABASE=$8 ;; *) variable "$8"; PGDATABASE=$value ;; esac
if [ -z "$PGDATABASE" ]; then
  [ "$8" = POSTGRES_DB ] || refuse "variable $8 of the container is empty, so there is no database to dump; set BAK_DB_POSTGRES_DB"
  PGDATABASE=$PGUSER
fi
shift 8
IFS= read -r first || refuse "the caller was gone before it said anything"
case $1 in
  stdin) PGPASSWORD=$first ;;
  *) variable "$2"; PGPASSWORD=$value ;;
esac
[ -n "$PGPASSWORD" ] || unset PGPASSWORD
export PGHOST PGPORT PGUSER PGDATABASE PGCONNECT_TIMEOUT
[ -z "\${PGPASSWORD+x}" ] || export PGPASSWORD
`;

/** Prints KEY=VALUE lines, every problem among them, and `end`; it changes nothing. */
export const checkScript = `
${connection}
ask() { psql --no-psqlrc --no-password --tuples-only --no-align --quiet --command "$1" </dev/null; }
# Not the default: a child must be waited for, see the dump.
trap 'exit 143' TERM HUP INT
missing=
for tool in pg_dump psql gzip sha256sum df wc tail mv rm cat tr; do
  command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
[ -z "$missing" ] || say "missing=\${missing# }"
if real=$(cd -- "$directory" 2>/dev/null && pwd -P); then
  say "directory=$real"
  [ ! -d "$file" ] || echo "occupied="
  [ -w "$directory" ] || say "unwritable=$(id -un 2>/dev/null || id -u)"
  say "space=$(df -P -k "$directory" | tail -n 1)"
  [ ! -f "$file" ] || echo "previous=$(wc -c <"$file")"
fi
if [ -z "$missing" ]; then
  if said=$(ask 'show server_version' 2>&1); then say "version=$said"; else say "refused=$(printf %s "$said" | tr '\\n' ' ')"; fi
fi
say "user=$PGUSER"
say "database=$PGDATABASE"
echo end
`;

/**
 * Writes PARTIAL beside the dump, proves it complete, and only then moves it over the old dump.
 *
 * - Its caller keeps stdin open for as long as it lives. When stdin ends, by a cut connection or a killed caller,
 *   nobody will take the snapshot any more: the dump is abandoned, and the partial file goes.
 * - A partial file that no process has among its arguments was left by a dump that was killed, and is removed.
 * - pg_dump's exit status, its closing line, the integrity of the compression and the size are all checked.
 */
export const dumpScript = `
${connection}
remove_dead_partials() {
  running=$(cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n') || :
  lives() { case "
$running
" in *"
$1
"*) return 0 ;; *) return 1 ;; esac; }
  # Not even this script is among the processes: then their list proves nothing.
  lives "$partial" || return 0
  for old in "$file".*.partial; do
    if [ -f "$old" ] && ! lives "$old"; then rm -f -- "$old"; fi
  done
}

lifeline= ticker= dump=
# Runs at every end, foreseen or not. No child may outlive the script: it would fall to process 1 of the container, and
# PostgreSQL as process 1 takes a stranger's end by a signal for a crash of its own and restarts, with all its sessions.
clean_up() {
  status=$?
  trap '' TERM HUP INT
  trap - EXIT
  kill $dump $ticker 2>/dev/null || :
  # KILL, as a shell may look at another signal only when its read returns.
  [ -z "$lifeline" ] || kill -KILL "$lifeline" 2>/dev/null || :
  wait 2>/dev/null || :
  rm -f -- "$partial"
  exit "$status"
}
abandon() {
  say "$1" >&2
  exit "$2"
}
trap clean_up EXIT
trap 'abandon "the dump was stopped" 143' TERM HUP INT

[ ! -d "$file" ] || refuse "$file is a folder; set BAK_DB_POSTGRES_DUMP_FILE to a file"
remove_dead_partials
case $file in *.gz) level=6 ;; *) level=0 ;; esac
umask 077
exec 3<&0
( trap - EXIT; while read -r ignored <&3; do :; done; kill -TERM $$ ) >/dev/null 2>&1 &
lifeline=$!
pg_dump --no-password --format=plain --clean --if-exists --compress="$level" --file="$partial" </dev/null &
dump=$!
(
  nap=
  trap - EXIT
  trap 'kill -KILL $nap; wait; exit 0' TERM
  while kill -0 "$dump"; do
    sleep 10 >/dev/null &
    nap=$!
    wait "$nap"
    say "written=$(wc -c <"$partial")"
  done
) 2>/dev/null &
ticker=$!
status=0
wait "$dump" || status=$?
dump=
[ "$status" -eq 0 ] || abandon "pg_dump ended with exit status $status" 65

bytes=$(wc -c <"$partial")
[ "$bytes" -gt 0 ] || abandon "pg_dump wrote an empty file" 65
plain() { case $level in 0) cat ;; *) gzip -d -c ;; esac; }
ending=$({ plain <"$partial" || echo 'backup-ns: unreadable'; } | tail -c 1000)
case $ending in
  *'backup-ns: unreadable') abandon "the dump cannot be read back: its compression is damaged" 65 ;;
  *'PostgreSQL database dump complete'*) ;;
  *) abandon "the dump is cut short: it does not end with pg_dump's closing line" 65 ;;
esac
digest=$(sha256sum <"$partial")
sync -- "$partial" 2>/dev/null || sync
# From here on the old dump is replaced: too late to stop, only to finish and say so.
trap '' TERM HUP INT
mv -f -- "$partial" "$file"
sync -- "$directory" 2>/dev/null || sync
say "database=$PGDATABASE"
say "bytes=$bytes"
say "sha256=\${digest%% *}"
say end
`;
