import { CancelledError, UserError } from '../errors.ts';
import type { Terminal } from '../terminal.ts';

/** Resolves when the person says yes. Throws UserError 'settings' where nobody can be asked, and CancelledError at a no. */
export async function confirm(question: string, terminal: Terminal, signal: AbortSignal): Promise<void> {
  if (!terminal.canAsk) {
    throw new UserError(
      'settings',
      'Nobody is at a terminal to be asked; if it is to be done nevertheless, say so with --yes',
    );
  }
  const answer = await terminal.ask(`${question} [y/N] `, signal);
  if (!/^y(es)?$/i.test(answer.trim()))
    throw new CancelledError('Nothing was changed, as you did not say yes');
}
