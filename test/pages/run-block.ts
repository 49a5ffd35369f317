import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { programOfGo } from '../../scripts/program-of-go.ts';
import { inTerminal } from '../../scripts/sandbox/pods/in-terminal.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { shiftedTime } from '../../scripts/sandbox/shifted-time.ts';
import { bundle, compiled } from '../support/built.ts';
import { programFolder } from '../support/program-folder.ts';
import { checkout, type Block, type How } from './blocks.ts';

/** A block for a sandbox. */
export type SandboxBlock = Block & { readonly how: How & { readonly run: 'sandbox' } };

/** That of this machine, or of the test cluster. */
export const kubectl = programOfGo('kubectl', 'kubernetes');

/** What a console shows, it shows in a terminal; and only there somebody is asked. */
export const isInTerminal = ({ how, isConsole }: Pick<SandboxBlock, 'how' | 'isConsole'>): boolean =>
  isConsole || how.answering !== undefined;

/** Runs a block as it is written, in a shell that ends at the first command that fails. */
export async function runBlock(sandbox: Sandbox, { script, how, isConsole }: SandboxBlock) {
  const programs = { 'backup-ns': `"${process.execPath}" "${bundle}"`, ...(kubectl && { kubectl }) };
  const bin = programFolder(join(sandbox.folder, 'bin'), programs);
  const kubeconfig = join(sandbox.folder, 'kubeconfig-pages');
  writeFileSync(kubeconfig, sandbox.kubeconfig({ namespace: 'shop' }), { mode: 0o600 });
  const shell = ['sh', '-euc', script];
  const isSeen = isInTerminal({ how, isConsole });
  const [program = '', ...args] = isSeen ? inTerminal(shell) : shell;
  const { PATH = '', HOME = '' } = process.env;
  const env = {
    HOME,
    KUBECONFIG: kubeconfig,
    PATH: `${bin}:${PATH}`,
    TERM: 'dumb',
    NO_COLOR: '1',
    ...compiled,
  };
  const child = spawn(program, args, {
    cwd: checkout,
    env: { ...env, ...shiftedTime(sandbox.clock) },
    stdio: ['pipe', 'pipe', 'pipe', isSeen ? 'pipe' : 'ignore'],
  });
  // Wide enough for every table.
  (child.stdio[3] as Writable | null)?.write('250 60\n');
  child.stdin!.end(how.answering === undefined ? '' : `${how.answering}\n`);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout!), text(child.stderr!), ended]);
  return { exitCode, stdout, stderr };
}
