import { formats } from './formats.ts';
import { packing } from './packing.ts';
import { partialFiles } from './partial-files.ts';
import { preamble } from './preamble.ts';
import { readingBack } from './reading-back.ts';
import { tooFull, volume } from './volume.ts';
import { waitedTooLong, waits, withoutWaits } from './waits.ts';
import { writing } from './writing.ts';

/** An engine's parts of the dump script. */
export interface DumpParts {
  /** Takes the first arguments, shifts them away, listens, and exports what the tools want to know. */
  readonly connection: string;
  /**
   * Defines `choose_tool KIND NAME`, which sets `tool` (its name) and `closing` (what its last 1000 bytes contain), and
   * `run_tool KIND NAME`, which execs the tool: it writes the dump to stdout, uncompressed. One that can do it compressed
   * redefines `packs_itself FORMAT`; if it says so, `run_tool` is to write that, for which `by_itself` is set then. `choose_tool` may also set
   * `measure` to another function than `last_words`, which reads the dump back.
   */
  readonly tool: string;
  /**
   * Of an engine whose tool can also write a folder (KIND `folder`), defines `prepare_folder FILE`,
   * `make_folder NAME FILE PARTIAL` and `publish_folder FILE PARTIAL`, which take the places of what is here for a file.
   */
  readonly folders?: string;
  /** Of an engine whose dumps may wait for locks, defines `look_at_waits` and `end_sessions`, see `waits`. */
  readonly looking?: string;
}

/**
 * Writes each PARTIAL, proves it complete, and only when all are proven moves them over the old dumps.
 * Arguments: those of the engine's connection and of the engine itself, LEVEL and THREADS of the compression, how
 * many percent of the volume may be used, how many seconds it may wait for a lock (0: for ever), then KIND NAME FILE PARTIAL ENTRY of each dump; they lie in one folder, and PARTIAL is FILE with `.ID.partial` behind it, with
 * one ID for all. The name of FILE says its format, see `formats`. One of KIND `list`, which is last, is not a dump but a JSON
 * list of those before it: of each its ENTRY, the beginning of a JSON object, and its bytes and SHA-256.
 * Says `begun=N`, `written=BYTES` now and then, what `waits` has, `warning=WORDS` about a dump, `proven=N BYTES SHA256`, and `end`.
 *
 * - Its caller keeps stdin open for as long as it lives. When stdin ends, by a cut connection or a killed caller,
 *   nobody will take the snapshot any more: the dump is abandoned, and the partial files go.
 * - A partial file that no process has among its arguments was left by a dump that was killed, and is removed.
 * - The tool's exit status, that of the compression, the closing line, the integrity of the compression and the size are
 *   all checked.
 * - The dump is read back while it is still written, for the other CPU has time: twice, by the proof and by the digest.
 *   Both read the file, not what goes into it.
 * - Exits 65 when a dump fails, 66 when it cannot be put in place, 67 when the volume becomes too full,
 *   68 when it has waited too long.
 */
export function composeDump({ connection, tool, folders = '', looking }: DumpParts): string {
  return `
${preamble}
${connection}
${formats}
${packing}
${withoutPacking}
${tool}
${limits}
${partialFiles}
${volume}
${endings}
${readingBack}
${looking === undefined ? withoutWaits : `${waits}${looking}`}
${writing}
${folders}
${listing}
${main}
`;
}

const withoutPacking = `
packs_itself() { return 1; }
`;

const limits = `
level=$1 threads=$2 maximum_used=$3 lock_timeout=$4
shift 4
count_threads
`;

/** How the dump script ends: every way leads through `clean_up`. */
const endings = `
lifeline= writers= unproven= stopped=
# Runs at every end, foreseen or not. No child may outlive the script: it would fall to process 1 of the container, and
# PostgreSQL as process 1 takes a stranger's end by a signal for a crash of its own and restarts, with all its sessions.
clean_up() {
  status=$?
  trap '' TERM HUP INT USR1 USR2
  trap - EXIT
  kill $writers 2>/dev/null || :
  # KILL, as a shell may look at another signal only when its read returns.
  [ -z "$lifeline" ] || kill -KILL "$lifeline" 2>/dev/null || :
  [ -z "$writers" ] || wait $writers 2>/dev/null || :
  # Who still reads it back is at its end at once.
  [ -z "$unproven" ] || true >"$unproven" || :
  wait 2>/dev/null || :
  remove_own_partials
  exit "$status"
}
abandon() {
  say "$1" >&2
  exit "$2"
}
`;

const listing = `
list= separator='['
# ENTRY
enlist() {
  [ -z "$list" ] || say "$separator$1,\\"bytes\\":$bytes,\\"sha256\\":\\"$sha256\\"}" >>"$list"
  separator=,
}
# FILE PARTIAL
finish_list() {
  say ']' >>"$2"
  bytes=$(($(wc -c <"$2")))
  sha256=$(sha256sum <"$2") || abandon "sha256sum failed" 65
  sha256=\${sha256%% *}
  record "$1" "$2"
  belong "$2" "$2.sha256"
  sync -- "$2" "$2.sha256" 2>/dev/null || sync
  list=
}
`;

/** The arguments go round instead of away: they are gone through twice. */
const main = `
count=$(($# / 5))
trap clean_up EXIT
trap 'abandon "the dump was stopped" 143' TERM HUP INT
trap 'exit ${tooFull}' USR1
trap 'exit ${waitedTooLong}' USR2
umask 077
find_owner
number=0
while [ "$number" -lt "$count" ]; do
  prepare "$3.sha256"
  case $1 in folder) prepare_folder "$3" ;; *) prepare "$3" ;; esac
  remove_dead_partials "$3" "$4"
  case $1 in list) list=$4 ;; esac
  set -- "$@" "$1" "$2" "$3" "$4" "$5"
  shift 5
  number=$((number + 1))
done
exec 3<&0
hold_stops
( trap - EXIT; while read -r ignored <&3; do :; done; kill -TERM $$ ) >/dev/null 2>&1 &
lifeline=$!
take_stops

number=0
while [ "$number" -lt "$count" ]; do
  say "begun=$number"
  case $1 in
    list) finish_list "$3" "$4" ;;
    folder) choose_tool "$1" "$2"; make_folder "$2" "$3" "$4" ;;
    *) choose_tool "$1" "$2"; start "$1" "$2" "$3" "$4"; finish ;;
  esac
  say "proven=$number $bytes $sha256"
  enlist "$5"
  set -- "$@" "$1" "$2" "$3" "$4" "$5"
  shift 5
  number=$((number + 1))
done

# From here on old dumps are replaced: too late to stop, only to finish and say so.
trap '' TERM HUP INT
while [ $# -gt 0 ]; do
  case $1 in folder) publish_folder "$3" "$4" ;; *) publish "$3" "$4" ;; esac
  shift 5
done
sync -- "$directory" 2>/dev/null || sync
say end
`;
