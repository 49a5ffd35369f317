import { Readable, Writable } from 'node:stream';
import type { Context } from '../context.ts';
import { settingName } from '../settings/setting-name.ts';
import type { Credential } from '../settings/credential.ts';
import { Facts, Tail } from '../pods/script-output.ts';
import type { Container } from '../pods/pod.ts';
import { scriptOnStdin } from './script-on-stdin.ts';

/** Exit status of the scripts when the settings do not fit the container. */
export const refused = 64;

export interface ScriptRun {
  readonly script: string;
  readonly args: readonly string[];
  /** The password where it is text of our own settings; it goes in on stdin. */
  readonly secret: string;
  readonly container: Container;
  /** By which others can tell that it runs, see `scriptOnStdin`. */
  readonly mark?: string;
  readonly onFact?: (key: string, value: string) => void;
  /** What it reads behind the secret. Without it stdin stays open until the script ends, for as long as we live. */
  readonly source?: AsyncIterable<Buffer>;
  /** Where its stdout goes; its facts are on stderr then. */
  readonly sink?: Writable;
}

export interface ScriptEnd {
  readonly exitCode: number;
  readonly facts: Facts;
  /** What it said on stderr, on one line; settings are named as `settingName` has it where the script refused. */
  readonly words: string;
}

/** Runs a constant script in the database's container. Throws KubeError. */
export async function runScript(
  { script, args, secret, container, mark, onFact, source, sink }: ScriptRun,
  { kube, signal }: Pick<Context, 'kube' | 'signal'>,
): Promise<ScriptEnd> {
  const facts = new Facts(onFact);
  const errors = new Tail();
  const { command, opening } = scriptOnStdin(script, args, mark);
  const first = `${opening}${secret}\n`;
  const { exitCode } = await kube.exec({
    ...container,
    command,
    stdin: source ? Readable.from(withStart(Buffer.from(first), source)) : lifeline(first),
    stdout: sink ?? facts,
    stderr: sink ? new Both(facts, errors) : errors,
    signal,
  });
  return { exitCode, facts, words: withKeys(errors.words(), exitCode) };
}

/** Scripts name settings in ASCII. Only when it refuses it speaks itself; else these may be words of a tool. */
export function withKeys(words: string, exitCode: number): string {
  return exitCode === refused ? words.replaceAll(/<<(\w+)>>/g, (_, key: string) => settingName(key)) : words;
}

/** A value for a script: its kind, and the variable's name or the text. */
export function asArguments(credential: Credential): [kind: string, value: string] {
  return credential.from === 'container' ? ['container', credential.variable] : ['literal', credential.value];
}

/** The same for a password, which is not an argument, and what goes in on stdin for it. */
export function passwordArguments(password: Credential): {
  args: [kind: string, value: string];
  secret: string;
} {
  return password.from === 'container'
    ? { args: ['container', password.variable], secret: '' }
    : { args: ['stdin', ''], secret: password.value };
}

/** Says `text`, and then stays open for as long as this process lives and wants the script to go on. */
function lifeline(text: string): Readable {
  const stream = new Readable({ read() {} });
  stream.push(text);
  return stream;
}

export async function* withStart(start: Buffer, rest: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  yield start;
  yield* rest;
}

/** Hands what it is given to each of several that take it at once. */
class Both extends Writable {
  readonly #sinks: readonly Writable[];

  constructor(...sinks: readonly Writable[]) {
    super();
    this.#sinks = sinks;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    for (const sink of this.#sinks) sink.write(chunk);
    done();
  }
}
