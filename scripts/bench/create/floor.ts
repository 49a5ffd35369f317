import type { Kube } from '../../../src/kube/kube.ts';
import { volumeSnapshots } from '../../../src/kube/resources.ts';
import { waitFor } from '../../../src/kube/wait.ts';
import type { VolumeSnapshot } from '../../../src/snapshots/csi/volume-snapshot.ts';
import type { BenchCluster } from '../cluster.ts';
import { dumpFile, timedDumpScript } from './dump.ts';
import { snapshotManifest } from './snapshot.ts';

export interface FloorRun {
  /** pg_dump alone, inside the container. */
  readonly dump: number;
  /** The VolumeSnapshot from its creation to ready, over a connection that is open already. */
  readonly ready: number;
}

/** What no backup can do without, measured by itself. */
export async function runFloor(
  cluster: BenchCluster,
  kube: Kube,
  namespace: string,
  round: number,
  signal: AbortSignal,
): Promise<FloorRun> {
  const exec = ['-n', namespace, 'exec', 'deployment/app-base', '-c', 'postgres', '--'];
  const nanoseconds = await cluster.kubectl([...exec, 'sh', '-ceu', timedDumpScript, 'sh', dumpFile]);
  const manifest = snapshotManifest(namespace, `floor-${round}`);
  const key = { namespace, name: manifest.metadata.name };
  // This opens the connection, and it is not part of what is measured.
  await kube.find(volumeSnapshots, key, { signal });
  const start = performance.now();
  await kube.create(volumeSnapshots, manifest, { signal });
  const isReady = (snapshot: VolumeSnapshot | undefined) => snapshot?.status?.readyToUse === true;
  await waitFor<VolumeSnapshot>(kube, volumeSnapshots, key, isReady, { signal });
  return { dump: Number(nanoseconds) / 1e9, ready: (performance.now() - start) / 1000 };
}
