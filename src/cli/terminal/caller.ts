import type { Amount, Caller, Question } from '../../caller.ts';
import type { Context } from '../../context.ts';
import { CancelledError, UserError } from '../../core/errors.ts';
import { humanBytes } from '../../core/human-bytes.ts';
import { humanDuration } from '../../core/human-duration.ts';
import { harmless } from '../../core/terminal-text.ts';
import type { Terminal } from './terminal.ts';

export interface Consent<Details> {
  /** Whether the command line says yes; undefined of a command that asks nothing. */
  readonly yes?: boolean;
  /** The question for a person; its own sentence when left out. */
  readonly words?: (details: Details) => string;
}

/**
 * The person who called a command. Throws UserError 'settings', before anything is requested, when the command will ask and
 * nobody is there to answer.
 */
export function callerOn<Details = unknown>(
  terminal: Terminal,
  context: Pick<Context, 'clock' | 'signal'>,
  { yes, words }: Consent<Details> = {},
): Caller<Details> {
  if (yes === false) requireSomebody(terminal);
  const { stdin: input, stdout: output, stderr: errors } = terminal.streams;
  return {
    progress: (step, soFar) => showProgress(step, soFar, terminal, context),
    async confirm(question) {
      if (yes) return;
      requireSomebody(terminal);
      const sentence = words ? words(question.details) : question.sentence;
      await ask({ ...question, sentence }, terminal, context.signal);
    },
    input,
    output,
    errors,
    openTty: () => terminal.openScreen(),
  };
}

function requireSomebody({ canAsk }: Terminal): void {
  if (canAsk) return;
  throw new UserError(
    'settings',
    'There is no terminal to ask on; give --yes to go ahead without being asked',
  );
}

/** By yes or no; where a name is to be typed, nobody may say yes by habit. */
async function ask({ sentence, name }: Question, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const how = name === undefined ? ' [y/N] ' : `\nType '${name}' to go ahead: `;
  const answer = (await terminal.ask(`${harmless(sentence)}${how}`, signal)).trim();
  const isYes = name === undefined ? /^y(?:es)?$/i.test(answer) : answer === name;
  if (!isYes) throw new CancelledError('Not confirmed, so nothing was changed');
}

const everyMilliseconds = 500;

/** A line that is written anew until it is disposed of. */
function showProgress(
  step: string,
  soFar: (() => Amount) | undefined,
  terminal: Terminal,
  { clock }: Pick<Context, 'clock'>,
): Disposable {
  const stop = new AbortController();
  const start = clock.monotonic();
  const show = async (): Promise<void> => {
    try {
      for (;;) {
        await clock.sleep(everyMilliseconds, stop.signal);
        terminal.progress(progressLine(step, clock.monotonic() - start, soFar?.()));
      }
    } catch {
      // Stopped: the step is over.
    }
  };
  void show();
  return {
    [Symbol.dispose](): void {
      stop.abort();
      terminal.progress('');
    },
  };
}

function progressLine(step: string, milliseconds: number, amount: Amount | undefined): string {
  if (!amount) return `${harmless(step)}  ${humanDuration(milliseconds)}`;
  const { done, total } = amount;
  const rate = (done * 1000) / Math.max(milliseconds, 1);
  const all = total === undefined ? '' : ` of ${humanBytes(total)}`;
  return `${step}  ${humanBytes(done)}${all}, ${humanBytes(rate)}/s`;
}
