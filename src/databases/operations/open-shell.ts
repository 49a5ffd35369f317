import { PassThrough, Readable } from 'node:stream';
import type { Context } from '../../context.ts';
import { UserError } from '../../core/errors.ts';
import { during } from '../../kube/during.ts';
import type { ExecResult } from '../../kube/kube.ts';
import type { Screen } from '../../cli/terminal/screen.ts';
import type { Streams, Terminal } from '../../cli/terminal/terminal.ts';
import { Handshake } from './handshake.ts';
import { placeOf, scriptArguments, type Target } from './target.ts';

/**
 * The database's own client: in a terminal where the person has one, else between stdin and stdout. Resolves when it has
 * ended well. Throws UserError 'preflight' when it could not be opened, and 'unexpected' when it ended with another exit
 * status than 0.
 */
export async function openShell(target: Target, terminal: Terminal, context: Context): Promise<void> {
  const script = ['sh', '-ceu', target.server.shell.script, 'sh', ...scriptArguments(target.server)];
  const screen = terminal.openScreen();
  const { exitCode } = await during('unexpected', `The shell in ${placeOf(target)}`, () =>
    screen === undefined
      ? throughPipes(target, script, terminal.streams, context)
      : inTerminal(target, script, screen, context),
  );
  if (exitCode === 0) return;
  throw new UserError('unexpected', `The shell in ${placeOf(target)} ended with exit status ${exitCode}`);
}

function throughPipes(
  { container, server }: Target,
  command: readonly string[],
  { stdin, stdout, stderr }: Streams,
  { kube, signal }: Context,
): Promise<ExecResult> {
  const input = Readable.from(lineAndRest(server.connection.secret, stdin));
  return kube.exec({ ...container, command, stdin: input, stdout, stderr, signal });
}

async function* lineAndRest(line: string, rest: Readable): AsyncIterable<Buffer> {
  yield Buffer.from(`${line}\n`);
  yield* rest;
}

async function inTerminal(
  target: Target,
  command: readonly string[],
  screen: Screen,
  { kube, signal }: Context,
): Promise<ExecResult> {
  using tty = screen;
  const shown = new Handshake(tty.output);
  const input = new PassThrough();
  input.on('error', () => {}); // It is over before the keys are.
  void shown.ready.then(() => input.write(`${target.server.connection.secret}\n`));
  void shown.open.then(() => tty.keys.pipe(input));
  try {
    const until = AbortSignal.any([signal, tty.gone]);
    const exec = { ...target.container, command, stdin: input, stdout: shown, tty, signal: until };
    const ended = await kube.exec(exec);
    if (ended.exitCode !== 0 && shown.words !== '') {
      throw new UserError('preflight', `The shell in ${placeOf(target)} cannot be opened: ${shown.words}`);
    }
    return ended;
  } finally {
    tty.keys.unpipe(input);
  }
}
