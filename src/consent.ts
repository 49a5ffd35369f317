import { CancelledError, UserError } from './errors.ts';
import type { Terminal } from './terminal.ts';

/** Puts a question that is answered with yes or no; rejects with a CancelledError unless the answer is yes. */
export type AskForConsent = (question: string) => Promise<void>;

/** How a command asks before it destroys something. Throws UserError 'settings' when nobody is there to be asked. */
export function consentOf(terminal: Terminal, yes: boolean, signal: AbortSignal): AskForConsent {
  if (yes) return () => Promise.resolve();
  if (!terminal.canAsk) {
    throw new UserError(
      'settings',
      'Nobody can be asked here, as there is no terminal; give --yes to go ahead without',
    );
  }
  return async (question) => {
    const answer = await terminal.ask(`${question} [y/N] `, signal);
    if (!/^y(?:es)?$/i.test(answer.trim())) throw new CancelledError('Not confirmed, so nothing was changed');
  };
}
