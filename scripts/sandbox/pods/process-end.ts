import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';

/** How a process ended, as container runtimes tell it. */
export interface ProcessEnd {
  /** 128 + n after signal n. */
  readonly exitCode: number;
  readonly signal?: number;
}

export function endOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once('exit', (code, name) => {
      if (name === null) return resolve({ exitCode: code ?? 0 });
      const signal = constants.signals[name];
      resolve({ exitCode: 128 + signal, signal });
    });
  });
}

/** A process that could not be started; the message has runc's words. */
export class StartError extends Error {
  override readonly name = 'StartError';

  constructor(program: string, cwd: string, cause: unknown) {
    super(`unable to start container process: ${whyNotStarted(program, cwd, cause)}`, { cause });
  }
}

function whyNotStarted(program: string, cwd: string, cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'EACCES') return `exec: "${program}": permission denied`;
  if (code !== 'ENOENT') return `exec: "${program}": ${message}`;
  // The same code for a missing folder.
  if (!existsSync(cwd)) return `chdir to cwd ("${cwd}") set in config.json failed: no such file or directory`;
  if (program.includes('/')) return `exec: "${program}": stat ${program}: no such file or directory`;
  return `exec: "${program}": executable file not found in $PATH`;
}
