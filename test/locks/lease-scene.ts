import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKube } from '../../src/kube/client.ts';
import { loadClusterAccess } from '../../src/kube/config.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import type { Lease } from '../../src/locks/lease.ts';
import type { HeldLease } from '../../src/locks/held-lease.ts';
import { acquireNamespaceLease, type NamespaceLeaseOptions } from '../../src/locks/namespace-lease.ts';
import { systemRandom } from '../../src/core/system.ts';
import { startFaults, type Faults } from '../../scripts/faults/faults.ts';
import type { Hook } from '../../scripts/faults/hook.ts';
import { SandboxClock } from '../../scripts/sandbox/clock.ts';
import { leases, namespaces } from '../../scripts/sandbox/objects/kinds.ts';
import { openSandbox, type Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { clusterAccount } from '../support/cluster-account.ts';
import { testContext } from './support.ts';

/** A run with a connection and a clock of its own. */
export interface Run {
  readonly context: ReturnType<typeof testContext> & { readonly clock: SandboxClock };
  readonly stop: AbortController;
  acquire(options?: Partial<NamespaceLeaseOptions>): Promise<HeldLease>;
}

export interface LeaseScene extends AsyncDisposable {
  readonly sandbox: Sandbox;
  /** Through this proxy all runs go. */
  readonly faults: Faults;
  /** The Lease as it is now. */
  lease(): Lease | undefined;
  /** What somebody else does to it. */
  change(edit: (lease: KubeObject) => void): void;
  /** The path of a kubeconfig with the rights that the lease needs, and no others. */
  readonly kubeconfig: string;
  run(): Run;
}

export async function openLeaseScene({ hook }: { hook?: Hook } = {}): Promise<LeaseScene> {
  const sandbox = await openSandbox();
  sandbox.objects.create(namespaces, undefined, { apiVersion: '', kind: '', metadata: { name: 'shop' } });
  const account = clusterAccount(sandbox, 'backup', { leases: ['get', 'list', 'watch', 'create', 'patch'] });
  const upstream = { server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} };
  const faults = await startFaults(upstream, hook && { hook });
  const kubeconfig = join(sandbox.folder, 'kubeconfig');
  writeFileSync(kubeconfig, sandbox.kubeconfig({ ...account, server: faults.url }));
  const closing: (() => Promise<void>)[] = [];
  const find = (): Lease | undefined => sandbox.objects.find(leases, 'shop', 'backup-ns');
  return {
    sandbox,
    faults,
    kubeconfig,
    lease: find,
    change: (edit) => sandbox.objects.touch(leases, sandbox.objects.get(leases, 'shop', 'backup-ns'), edit),
    run() {
      const clock = new SandboxClock();
      const stop = new AbortController();
      const kube = createKube({ access: loadClusterAccess({ kubeconfig }), clock, random: systemRandom });
      closing.push(() => kube.close());
      const context = { ...testContext({ clock, signal: stop.signal }), kube, clock };
      const options = { namespace: 'shop', holder: 'shop/backup', timeoutMilliseconds: 3_600_000 };
      return { context, stop, acquire: (more) => acquireNamespaceLease({ ...options, ...more }, context) };
    },
    async [Symbol.asyncDispose]() {
      for (const close of closing) await close();
      await faults[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}
