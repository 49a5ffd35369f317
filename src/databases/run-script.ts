import { Readable } from 'node:stream';
import type { Context } from '../context.ts';
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
}

export interface ScriptEnd {
  readonly exitCode: number;
  readonly facts: Facts;
  /** What it said on stderr, on one line. */
  readonly words: string;
}

/** Runs a script in the database's container; its stdin stays open until it ends. Throws KubeError. */
export async function runScript(
  { script, args, secret, container, mark, onFact }: ScriptRun,
  { kube, signal }: Pick<Context, 'kube' | 'signal'>,
): Promise<ScriptEnd> {
  const facts = new Facts(onFact);
  const errors = new Tail();
  const { command, opening } = scriptOnStdin(script, args, mark);
  const { exitCode } = await kube.exec({
    ...container,
    command,
    stdin: lifeline(`${opening}${secret}\n`),
    stdout: facts,
    stderr: errors,
    signal,
  });
  return { exitCode, facts, words: errors.words() };
}

/** A value for a script: its kind, and the variable's name or the text. */
export function asArguments(credential: Credential): [kind: string, value: string] {
  return credential.from === 'container' ? ['container', credential.variable] : ['literal', credential.value];
}

/** The same for a password, which is no argument, and what goes in on stdin for it. */
export function passwordArguments(password: Credential): {
  args: [kind: string, value: string];
  secret: string;
} {
  return password.from === 'container'
    ? { args: ['container', password.variable], secret: '' }
    : { args: ['stdin', ''], secret: password.value };
}

/** Says `text`, and then stays open for as long as this process lives and wants the script to go on. */
export function lifeline(text: string): Readable {
  const stream = new Readable({ read() {} });
  stream.push(text);
  return stream;
}
