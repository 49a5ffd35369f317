import { Readable } from 'node:stream';
import { scriptOnStdin } from '../../src/databases/script-on-stdin.ts';
import type { ExecOptions } from '../../src/kube/kube.ts';

const { command: loading } = scriptOnStdin('', []);

/** All that an exec has put on its stdin until now; it stays there. */
export function sentBy({ stdin }: ExecOptions): string {
  if (!(stdin instanceof Readable)) return String(stdin ?? '');
  const sent = stdin.read() as Buffer | null;
  if (sent) stdin.unshift(sent);
  return String(sent ?? '');
}

/** The text that an exec has a shell run, whether it comes with the command or on stdin. */
export function scriptOf(options: ExecOptions): string {
  const [, , script = '', , length] = options.command;
  return script === loading[2] ? sentBy(options).slice(0, Number(length)) : script;
}
