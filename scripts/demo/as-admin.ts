import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../../test/sandbox/sandbox.ts';
import { shiftedTime } from '../../test/sandbox/shifted-time.ts';
import { command } from './narrator.ts';
import { runCommand } from './run-command.ts';

/** Whose cluster it is, and where its commands are looked for. */
export interface Admin {
  readonly sandbox: Sandbox;
  readonly bundle: string;
  readonly namespace: string;
}

/** Runs a command as a person who may do everything, in the sandbox's time. Gives what it prints; its log is hidden. */
export async function asAdmin(
  { sandbox, bundle, namespace }: Admin,
  words: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<string> {
  const kubeconfig = join(sandbox.folder, 'admin.kubeconfig');
  writeFileSync(kubeconfig, sandbox.kubeconfig({ namespace }), { mode: 0o600 });
  command(`backup-ns ${words.join(' ')}`);
  const env = { KUBECONFIG: kubeconfig, ...settings, ...shiftedTime(sandbox.clock) };
  return runCommand(bundle, [...words, '--output', 'table'], env, 'hidden');
}
