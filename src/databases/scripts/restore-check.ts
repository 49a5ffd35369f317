import { formats } from './formats.ts';
import { preamble } from './preamble.ts';

/** An engine's parts of the script that reads a dump for what a restore of it needs. */
export interface RestoreCheckParts {
  readonly connection: string;
  /** Says what the server and the dump have, as facts; `unpack` writes the dump to stdout. */
  readonly questions: string;
}

/**
 * Prints KEY=VALUE lines, and `end`; it changes nothing. Arguments: those of the engine's connection, then FILE and what it is
 * (`folder`, `archive` or a format, see `formats`). Exits 64 when the settings do not fit the container, or a program is missing.
 */
export function composeRestoreCheck({ connection, questions }: RestoreCheckParts): string {
  return `
${preamble}
${formats}
${connection}
file=$1 packing=$2
trap 'exit 143' TERM HUP INT
unpack() { expand_file "$packing" "$file"; }
${questions}
echo end
`;
}
