import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKube } from '../../src/kube/client.ts';
import { loadClusterAccess } from '../../src/kube/config.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { label } from '../../src/snapshots/labels.ts';
import { claims, namespaces, snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import type { Account } from '../../scripts/sandbox/accounts.ts';
import { openSandbox, type Sandbox, type SandboxOptions } from '../../scripts/sandbox/sandbox.ts';
import { systemRandom, type Clock } from '../../src/core/system.ts';
import { clusterAccount } from '../support/cluster-account.ts';
import { tiers } from '../../src/snapshots/tiers.ts';
import { testContext, type LogLine } from '../support/context.ts';
import { nightlySnapshots } from '../support/nightly-snapshots.ts';
import type { SnapshotContext } from '../../src/snapshots/provider.ts';

export const now = new Date('2026-11-21T12:00:00Z');
const lastNight = new Date('2026-11-21T02:30:00Z');

/** What `retain` may do, and no more: cluster-wide, or only some of it. */
export const retainAccount = { serviceAccount: { namespace: 'default', name: 'retain' } };

export interface Fleet {
  readonly namespace: string;
  readonly pvc: string;
  readonly nights: number;
}

/** A sandbox at noon in which every night of these volumes has its snapshot. */
export async function openFleet(fleet: readonly Fleet[], options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await openSandbox({ start: now, ...options });
  const { objects } = sandbox;
  const manifest = (kind: string, name: string): KubeObject => ({ apiVersion: '', kind, metadata: { name } });
  for (const namespace of new Set(fleet.map((one) => one.namespace))) {
    objects.create(namespaces, undefined, manifest('Namespace', namespace));
  }
  for (const { namespace, pvc, nights } of fleet) {
    loadClaim(sandbox, namespace, pvc);
    sandbox.load(snapshots, nightlySnapshots(namespace, pvc, nights, lastNight));
  }
  allowRetention(sandbox);
  return sandbox;
}

/** A PVC that is older than all snapshots of it. */
export function loadClaim(sandbox: Sandbox, namespace: string, name: string): void {
  const metadata = { namespace, name, uid: randomUUID(), creationTimestamp: '2020-01-01T00:00:00Z' };
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  sandbox.load(claims, [{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec }]);
}

/** The service account of `retainAccount`, and what it may do. */
export function allowRetention(sandbox: Sandbox): void {
  clusterAccount(sandbox, retainAccount.serviceAccount.name, {
    namespaces: ['get', 'list'],
    persistentvolumeclaims: ['get', 'list'],
    volumesnapshots: ['get', 'list', 'patch', 'delete'],
    volumesnapshotcontents: ['get', 'list', 'patch', 'delete'],
    volumegroupsnapshots: ['get', 'delete'],
    volumegroupsnapshotcontents: ['get', 'list', 'patch', 'delete'],
  });
}

/** What a test may look at and do besides: what was said, and a stop as by a signal. */
export interface SandboxContext extends SnapshotContext {
  readonly lines: readonly LogLine[];
  readonly stop: AbortController;
}

/** Runs a use case through the real client and a proxy, if any, as the service account, or as whom `account` says. */
export async function inSandbox<Result>(
  sandbox: Sandbox,
  server: URL | undefined,
  run: (context: SandboxContext) => Promise<Result>,
  account: Account = retainAccount,
  kubeClock?: Clock,
): Promise<Result> {
  const kubeconfig = join(sandbox.folder, 'kubeconfig');
  writeFileSync(kubeconfig, sandbox.kubeconfig({ ...account, ...(server && { server }) }));
  const { clock, ...context } = testContext(undefined as never);
  const access = loadClusterAccess({ kubeconfig });
  const kube = createKube({ access, clock: kubeClock ?? clock, random: systemRandom });
  try {
    return await run({ ...context, kube, clock: sandbox.clock });
  } finally {
    await kube.close();
  }
}

/** `namespace/name`: the tiers it has a label of. */
export function tiersLeft({ objects }: Sandbox): Record<string, string> {
  const all = objects.all(snapshots).map(({ metadata }) => {
    const { namespace, name, labels = {} } = metadata;
    const left = tiers.filter((tier) => labels[label[tier]] !== undefined);
    return [`${namespace}/${name}`, left.join(' ')];
  });
  return Object.fromEntries(all.filter(([, tiers]) => tiers !== '')) as Record<string, string>;
}
