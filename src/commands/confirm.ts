import { CancelledError, UserError } from '../errors.ts';
import type { Terminal } from '../terminal.ts';

/** Resolves when the person says yes. Throws UserError 'settings' where nobody can be asked, and CancelledError at a no. */
export async function confirm(question: string, terminal: Terminal, signal: AbortSignal): Promise<void> {
  if (!terminal.canAsk) {
    throw new UserError(
      'settings',
      'There is no terminal at which somebody could be asked; to go on without a question, give --yes',
    );
  }
  const answer = await terminal.ask(`${question} [y/N] `, signal);
  if (!/^y(es)?$/i.test(answer.trim()))
    throw new CancelledError('Nothing was changed, as you did not say yes');
}
