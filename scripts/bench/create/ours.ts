import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { BackupResult } from '../../../src/backup/result.ts';
import type { BenchTools } from '../benchmark.ts';
import { nodeFlags } from '../../bundle/bundle.ts';
import { appVolume } from './app.ts';
import { builtCommand } from '../built-command.ts';
import { compileCache } from '../compile-cache.ts';
import { measure } from '../measure.ts';

export interface OwnRun {
  /** Of the whole process. */
  readonly wall: number;
  /** As it says itself, by step. */
  readonly steps: Readonly<Record<string, number>>;
}

/** The command as users run it, from its start to its exit. */
export async function openOurs(
  kubeconfig: string,
  namespace: string,
  { report, folder, signal }: BenchTools,
): Promise<() => Promise<OwnRun>> {
  const command = await builtCommand(report);
  const env = await compileCache(command, folder, signal);
  const args = [command, 'create', '--kubeconfig', kubeconfig, '--namespace', namespace, '--db-postgres'];
  // The peer and the floor dump no roles either.
  args.push('--pvc-name', appVolume, '--db-postgres-globals', 'false', '--output', 'json');
  return async () => {
    const stdout = new PassThrough();
    const [{ seconds }, said] = await Promise.all([
      measure(process.execPath, [...nodeFlags, ...args], { env, stdout, signal }),
      text(stdout),
    ]);
    const { seconds: steps } = JSON.parse(said) as BackupResult;
    return { wall: seconds, steps };
  };
}
