import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { RetainResult } from '../../../src/retention/retain/retain.ts';
import { label } from '../../../src/snapshots/labels.ts';
import type { BenchTools } from '../benchmark.ts';
import { builtCommand } from '../built-command.ts';
import { bundle, nodeFlags } from '../../bundle/bundle.ts';
import { compileCache } from '../compile-cache.ts';
import { measure } from '../measure.ts';
import { timeZone } from '../sandbox/settings.ts';

/** What is written to the labels of snapshots, by `namespace/name`. */
export type Changes = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface Clients {
  /** Whole processes, from start to exit; `changes` are those labels that it took off. */
  ours(): Promise<{ readonly seconds: number; readonly changes: Changes }>;
  /** Sends the same requests, with which it puts these labels back. `requests` is without the process's start. */
  raw(changes: Changes): Promise<{ readonly seconds: number; readonly requests: number }>;
}

export async function openClients(
  kubeconfig: string,
  { report, folder, signal }: BenchTools,
): Promise<Clients> {
  const command = await builtCommand(report);
  const raw = join(folder, 'raw.mjs');
  await bundle({ entry: join(import.meta.dirname, 'raw-process.ts'), outfile: raw });
  const env = { ...(await compileCache(command, folder, signal)), TZ: timeZone };
  return {
    async ours() {
      const stdout = new PassThrough();
      const args = [...nodeFlags, command, 'retain', '--kubeconfig', kubeconfig, '--output', 'json'];
      const [{ seconds }, said] = await Promise.all([
        measure(process.execPath, args, { env, stdout, signal }),
        text(stdout),
      ]);
      return { seconds, changes: labelsTaken(JSON.parse(said) as RetainResult) };
    },
    async raw(changes) {
      const file = join(folder, 'changes.json');
      writeFileSync(file, JSON.stringify(changes));
      const args = [...nodeFlags, raw, kubeconfig, file];
      const { seconds, stderr } = await measure(process.execPath, args, { env, signal });
      return { seconds, requests: Number(stderr) };
    },
  };
}

function labelsTaken({ changed }: RetainResult): Changes {
  return Object.fromEntries(
    changed.map(({ namespace, name, tiers }) => {
      const taken = tiers.filter(({ keep }) => !keep).map(({ tier, bucket }) => [label[tier], bucket]);
      return [`${namespace}/${name}`, Object.fromEntries(taken)];
    }),
  );
}
