import { PassThrough, Readable, Writable } from 'node:stream';
import type { Caller, CallerTty } from '../../caller.ts';
import type { Context } from '../../context.ts';
import { UserError } from '../../core/errors.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import type { ExecOptions } from '../../kube/kube.ts';
import { withKeys, withStart } from '../run-script.ts';
import { Handshake } from './handshake.ts';
import { placeOf, scriptArguments, type Target } from './target.ts';

/** How the client's streams are those of the caller; what it says before it is open, the handshake keeps. */
type Wiring = Pick<ExecOptions, 'stdin' | 'stdout' | 'stderr' | 'tty' | 'signal'> & {
  readonly shown: Handshake;
};

/**
 * The database's own client: in a terminal where the caller has one, else between their input and output. Resolves when it
 * has ended well. Throws UserError 'preflight' when it could not be opened, and 'unexpected' when it ended with another
 * exit status than 0.
 */
export async function openShell(target: Target, caller: Caller, context: Context): Promise<void> {
  const { container, server } = target;
  const command = ['sh', '-ceu', server.shell.script, 'sh', ...scriptArguments(server)];
  const shell = `The shell in ${placeOf(target)}`;
  const run = async ({ shown, ...wiring }: Wiring): Promise<void> => {
    const { exitCode } = await context.kube.exec({ ...container, command, ...wiring });
    if (exitCode === 0) return;
    const words = withKeys(shown.words, exitCode);
    if (words !== '') throw new UserError('preflight', `${shell} cannot be opened: ${words}`);
    throw new UserError('unexpected', `${shell} ended with exit status ${exitCode}`);
  };
  const { secret } = server.connection;
  const tty = caller.openTty?.();
  await explainFailure('unexpected', shell, () =>
    tty ? inTerminal(secret, tty, context, run) : run(throughPipes(secret, caller, context)),
  );
}

function throughPipes(secret: string, caller: Caller, { signal }: Context): Wiring {
  const { input = Readable.from([]), output = nowhere(), errors = nowhere() } = caller;
  const shown = new Handshake(errors);
  const stdin = Readable.from(withStart(Buffer.from(`${secret}\n`), input));
  return { stdin, stdout: output, stderr: shown, shown, signal };
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

async function inTerminal(
  secret: string,
  screen: CallerTty,
  { signal }: Context,
  run: (wiring: Wiring) => Promise<void>,
): Promise<void> {
  using tty = screen;
  const shown = new Handshake(tty.output);
  const stdin = new PassThrough();
  stdin.on('error', () => {}); // It is over before the keys are.
  void shown.ready.then(() => stdin.write(`${secret}\n`));
  void shown.open.then(() => tty.keys.pipe(stdin));
  try {
    await run({ stdin, stdout: shown, shown, tty, signal: AbortSignal.any([signal, tty.gone]) });
  } finally {
    tty.keys.unpipe(stdin);
  }
}
