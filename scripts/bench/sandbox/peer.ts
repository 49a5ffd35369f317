import { createKube } from '../../../src/kube/client.ts';
import { loadClusterAccess } from '../../../src/kube/config.ts';
import type { Kube } from '../../../src/kube/kube.ts';
import { volumeSnapshots } from '../../../src/kube/resources.ts';
import { systemClock, systemRandom } from '../../../src/core/system.ts';
import type { BenchTools } from '../benchmark.ts';
import { concurrently } from '../concurrently.ts';
import { withNamespace, type BenchCluster } from '../cluster.ts';
import { PageReader } from './pages.ts';
import { manifests } from './snapshots.ts';

const namespace = 'bench-sandbox';

/** Kubernetes' own API server with this many VolumeSnapshots, which go away again. */
export async function withPeer<T>(
  cluster: BenchCluster,
  count: number,
  { report, signal }: BenchTools,
  work: (reader: PageReader) => Promise<T>,
): Promise<T> {
  const access = loadClusterAccess({ kubeconfig: cluster.kubeconfig });
  const kube = createKube({ access, clock: systemClock, random: systemRandom });
  try {
    return await withNamespace(cluster, namespace, async () => {
      report(`creating ${count} VolumeSnapshots in a cluster`);
      await concurrently(manifests(count, [namespace]), (manifest) =>
        kube.create(volumeSnapshots, manifest, { signal }),
      );
      await using reader = new PageReader(access.server, await access.credentials());
      try {
        return await work(reader);
      } finally {
        report('deleting them');
        await removeAll(cluster, kube);
      }
    });
  } finally {
    await kube.close();
  }
}

/** Megabytes that the API server's process holds; it needs an etcd besides. */
export async function peerMemory(cluster: BenchCluster): Promise<number> {
  const metrics = await cluster.kubectl(['get', '--raw', '/metrics']);
  const bytes = /^process_resident_memory_bytes (\S+)$/m.exec(metrics)?.[1];
  if (bytes === undefined) throw new Error('the API server does not say how much memory it has');
  return Number(bytes) / 1e6;
}

/** The snapshot controller would need minutes to let them all go. */
async function removeAll(cluster: BenchCluster, kube: Kube): Promise<void> {
  const { signal } = new AbortController();
  await cluster.kubectl(['-n', namespace, 'delete', 'volumesnapshots', '--all', '--wait=false']);
  const held = await Array.fromAsync(kube.list(volumeSnapshots, { namespace, signal }));
  await concurrently(held, async ({ metadata }) => {
    const key = { namespace, name: metadata.name ?? '' };
    if (!(await kube.find(volumeSnapshots, key, { signal }))) return;
    await kube.patch(volumeSnapshots, key, { metadata: { finalizers: null } }, { signal });
  });
}
