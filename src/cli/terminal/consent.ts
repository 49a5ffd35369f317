import { CancelledError, UserError } from '../../core/errors.ts';
import type { Terminal } from './terminal.ts';
import { harmless } from '../../core/terminal-text.ts';

/** Puts a question that is answered with yes or no; rejects with a CancelledError unless the answer is yes. */
export type AskForConsent = (question: string) => Promise<void>;

/** Has a name typed, so that nobody says yes to another one; rejects with a CancelledError unless it is that name. */
export type AskForName = (question: string, name: string) => Promise<void>;

/** How a command asks before it destroys something. Throws UserError 'settings' when nobody is there to be asked. */
export function consentOf(terminal: Terminal, yes: boolean, signal: AbortSignal): AskForConsent {
  if (yes) return () => Promise.resolve();
  requireSomebody(terminal);
  return async (question) => {
    const answer = await terminal.ask(`${harmless(question)} [y/N] `, signal);
    if (!/^y(?:es)?$/i.test(answer.trim())) throw notConfirmed();
  };
}

/** The same for what is worse: nobody may say yes by habit. */
export function consentByName(terminal: Terminal, yes: boolean, signal: AbortSignal): AskForName {
  if (yes) return () => Promise.resolve();
  requireSomebody(terminal);
  return async (question, name) => {
    const answer = await terminal.ask(`${harmless(question)}\nType '${name}' to go ahead: `, signal);
    if (answer.trim() !== name) throw notConfirmed();
  };
}

function requireSomebody({ canAsk }: Terminal): void {
  if (canAsk) return;
  throw new UserError(
    'settings',
    'There is no terminal to ask on; give --yes to go ahead without being asked',
  );
}

function notConfirmed(): CancelledError {
  return new CancelledError('Not confirmed, so nothing was changed');
}
