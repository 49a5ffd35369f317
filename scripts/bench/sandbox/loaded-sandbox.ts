import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchTools } from '../benchmark.ts';
import { startChild } from './child.ts';

/**
 * How many snapshots, in how many namespaces; `nightly`: all in tiers, one of each night; `backed-up`: with their PVCs and
 * CronJobs.
 */
export interface Load {
  readonly count: number;
  readonly namespaces: number;
  readonly kind: 'mixed' | 'nightly' | 'backed-up';
}

export interface LoadedSandbox extends AsyncDisposable {
  readonly kubeconfig: string;
}

interface Said {
  readonly url: string;
  readonly ca: string;
  readonly token: string;
}

/** A sandbox with many snapshots, in a process of its own. */
export async function startLoadedSandbox(
  { count, namespaces, kind }: Load,
  { report, folder, signal }: BenchTools,
): Promise<LoadedSandbox> {
  report(`loading ${count} VolumeSnapshots into a sandbox`);
  const server = await startChild<Said>(
    'server-process.ts',
    [String(count), String(namespaces), kind],
    signal,
  );
  const kubeconfig = join(folder, 'sandbox.kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify(configFor(server.said)));
  return { kubeconfig, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

function configFor({ url, ca, token }: Said) {
  const cluster = { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'sandbox',
    contexts: [{ name: 'sandbox', context: { cluster: 'sandbox', user: 'sandbox' } }],
    clusters: [{ name: 'sandbox', cluster }],
    users: [{ name: 'sandbox', user: { token } }],
  };
}
