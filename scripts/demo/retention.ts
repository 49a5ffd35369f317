import { say } from './narrator.ts';
import type { Runs } from './runs.ts';

/** Shows the first lines of what a command says, and its sum. */
const shownLines = 8;

/** Runs `retain` or `mark-and-delete` for the whole cluster. */
export async function runRetention(runs: Runs, name: 'retain' | 'mark-and-delete'): Promise<void> {
  const said = await runs.command([name], { MARK_AND_DELETE_PAUSE: '0' });
  const lines = said.split('\n');
  say([...lines.slice(0, shownLines), '…', lines.at(-1)].join('\n'));
}
