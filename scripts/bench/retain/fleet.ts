import { createKube } from '../../../src/kube/client.ts';
import { loadClusterAccess } from '../../../src/kube/config.ts';
import type { Kube } from '../../../src/kube/kube.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { namespaces, persistentVolumeClaims, volumeSnapshots } from '../../../src/kube/resources.ts';
import { systemClock, systemRandom } from '../../../src/core/system.ts';
import type { BenchTools } from '../benchmark.ts';
import type { BenchCluster } from '../cluster.ts';
import { concurrently } from '../concurrently.ts';
import { pvc } from '../sandbox/settings.ts';
import { nightlyManifests } from '../sandbox/snapshots.ts';
import { holdSnapshotController } from './snapshot-controller.ts';

export const namespaceCount = ({ isTiny }: Pick<BenchTools, 'isTiny'>): number => (isTiny ? 3 : 250);
export const days = 40;

const label = 'backup-ns-bench';

/** Works in a cluster in which each of many namespaces has one volume and a ready snapshot of each of many days. */
export async function withFleet<T>(
  cluster: BenchCluster,
  tools: BenchTools,
  work: () => Promise<T>,
): Promise<T> {
  const { report, signal } = tools;
  const names = Array.from({ length: namespaceCount(tools) }, (_, index) => `bench-retain-${index}`);
  const access = loadClusterAccess({ kubeconfig: cluster.kubeconfig });
  const kube = createKube({ access, clock: systemClock, random: systemRandom });
  await using _controller = await holdSnapshotController(cluster);
  try {
    report(`creating ${names.length * days} VolumeSnapshots in a cluster`);
    await concurrently(names, (name) => createNamespace(kube, name, signal));
    await concurrently(nightlyManifests(days, names), (manifest) => createReady(kube, manifest, signal));
    return await work();
  } finally {
    await kube.close();
    report('deleting them');
    await cluster.kubectl(['delete', 'namespaces', '--selector', `${label}=retain`, '--wait=false']);
  }
}

async function createNamespace(kube: Kube, name: string, signal: AbortSignal): Promise<void> {
  const metadata = { name, labels: { [label]: 'retain' } };
  await kube.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata }, { signal });
  const spec = {
    storageClassName: '',
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
  };
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', spec };
  await kube.create(
    persistentVolumeClaims,
    { ...claim, metadata: { namespace: name, name: pvc } },
    { signal },
  );
}

async function createReady(kube: Kube, manifest: KubeObject, signal: AbortSignal): Promise<void> {
  const { namespace, name = '' } = manifest.metadata;
  await kube.create(volumeSnapshots, manifest, { signal });
  const status = { readyToUse: true, restoreSize: '1Gi' };
  await kube.patch(volumeSnapshots, { namespace, name }, { status }, { subresource: 'status', signal });
}
