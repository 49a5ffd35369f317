import { preamble } from './preamble.ts';

/** An engine's parts of the script that tells of a server. */
export interface InfoParts {
  readonly connection: string;
  /**
   * Says `tool=`, and `version=`, `replica=yes` or `no` and `size=BYTES NAME` of each database, or `refused=` with the
   * server's words on one line; and `user=` and `database=`.
   */
  readonly questions: string;
}

/** Prints KEY=VALUE lines, and `end`; it changes nothing. */
export function composeInfo({ connection, questions }: InfoParts): string {
  return `
${preamble}
${connection}
trap 'exit 143' TERM HUP INT
${questions}
echo end
`;
}
