import { folderDigest } from './folder-digest.ts';
import { formats } from './formats.ts';
import { lifeline } from './lifeline.ts';
import { preamble } from './preamble.ts';

/** An engine's parts of the script that restores a dump. */
export interface RestoreParts {
  readonly connection: string;
  /** Programs that it needs in the container besides the common ones. */
  readonly tools: readonly string[];
  /**
   * Defines `feed`, which turns the dump on stdin to what the client gets; `run_client`, which execs the client; and
   * where dumps can be folders `unpack_folder FOLDER`. `wait` are the seconds that it may wait for locks. The client says
   * `restored=yes` when, and only when, all has been restored.
   */
  readonly client: string;
  /** What the client gets after the dump, when the dump could be read to its end; constant text for printf. */
  readonly finale?: string;
  /** Or what prints it. */
  readonly finish?: string;
  /**
   * Whether `before` does nothing with the dump. Then its digest is made beside that; else before it. Nothing of a dump that is
   * not proven comes to the client.
   */
  readonly preparesOnly?: boolean;
  /** Done before the client starts. */
  readonly before?: string;
  /** Done when the client has ended well. */
  readonly after?: string;
}

const changed =
  '$file is not what was recorded of it, or what it was when it was checked: it is damaged, or a new dump has taken its place';

/**
 * Restores a dump. Arguments: those of the engine's connection, then FILE, what it is (`folder`, `archive` or a format, see `formats`),
 * the SHA-256 that it must have, how many seconds to wait for locks, and those of the engine's client.
 *
 * - Its caller keeps stdin open for as long as it lives; when it ends, the restore is ended.
 * - The client gets its finale only behind a dump that could be read to its end: a shell does not say when the front of a
 *   pipe fails, and half a dump must never be committed.
 * - Exits 64 when it refuses, before anything was changed, and 65 when the restore failed.
 */
export function composeRestore({
  connection,
  tools,
  client,
  finale = '',
  finish = `printf '${finale}'`,
  preparesOnly = false,
  before = '',
  after = '',
}: RestoreParts): string {
  return `
${preamble}
${lifeline}
${folderDigest}
${formats}
${connection}
file=$1 packing=$2 sha256=$3 wait=$4
shift 4
${client}
for tool in ${['sha256sum', ...tools].join(' ')}; do
  command -v "$tool" >/dev/null 2>&1 || refuse "there is no $tool in the container"
done
case $packing in folder) ;; *) can_expand "$packing" || refuse "there is no program in the container that reads a dump of format $packing" ;; esac
watch_caller
prove() {
  case $packing in folder) digest=$(folder_digest "$file") ;; *) digest=$(sha256sum <"$file") ;; esac || digest=
  [ "\${digest%% *}" = "$sha256" ]
}
unpack() { case $packing in folder) unpack_folder "$file" ;; *) expand_file "$packing" "$file" ;; esac; }
finish() { ${finish}; }
# Has the client read the dump, and the finale behind one that could be read to its end.
load() {
  # A client that ends early breaks the pipe: that must be no signal, by which gzip would become a crash of PostgreSQL.
  trap '' PIPE
  # A child is killed by the number that its start gives: no stop before the number is known.
  trap 'stopped=yes' TERM HUP INT
  { exec 3<&- 2>/dev/null; unpack && finish; } | { exec 3<&- 2>/dev/null; feed; } | { exec 3<&-; run_client; } &
  work=$!
  trap 'exit 143' TERM HUP INT
  [ -z "$stopped" ] || exit 143
  status=0
  wait "$work" || status=$?
  work=
  return "$status"
}
${
  preparesOnly
    ? `prove & proof=$!
${before}
wait "$proof" || refuse "${changed}"`
    : `prove || refuse "${changed}"
${before}`
}
load || exit 65
${after}
echo end
`;
}
