import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { KubeObject } from '../../../src/kube/object.ts';
import { control, isDeleting, withStatus } from '../controllers/controller.ts';
import { nodeName } from '../controllers/pods.ts';
import type { PersistentVolume } from '../controllers/storage-spec.ts';
import { claims, persistentVolumes } from '../objects/kinds.ts';
import { bytesOf } from '../quantity.ts';
import { settingOf } from './admission.ts';
import { longhornDriver, longhornNamespace, volumes } from './kinds.ts';
import type { Longhorn } from './longhorn.ts';
import type { LonghornVolume } from './shapes.ts';

const restored = 'restored';

/** A Volume for each PersistentVolume of the driver, and the content of those that are made from a backup. */
export function controlVolumes(longhorn: Longhorn): void {
  const { cluster } = longhorn;
  const { objects } = cluster;
  const restoring = new Set<string>();

  control(cluster, persistentVolumes, (object) => reconcilePersistentVolume(object as PersistentVolume), [
    { definition: volumes, affected: ({ metadata }) => persistentVolumesOf(metadata.name ?? '') },
    { definition: claims, affected: () => objects.all(persistentVolumes) },
  ]);
  control(cluster, volumes, (object) => reconcileVolume(object as LonghornVolume));

  function persistentVolumesOf(handle: string): KubeObject[] {
    return objects
      .all(persistentVolumes)
      .filter((one) => (one as PersistentVolume).spec.csi?.volumeHandle === handle);
  }

  async function reconcilePersistentVolume(persistent: PersistentVolume): Promise<void> {
    const { csi, claimRef, capacity, persistentVolumeReclaimPolicy } = persistent.spec;
    if (csi?.driver !== longhornDriver) return;
    const name = csi.volumeHandle;
    const volume = objects.find(volumes, longhornNamespace, name) as LonghornVolume | undefined;
    if (isDeleting(persistent)) {
      if (volume && persistentVolumeReclaimPolicy === 'Delete')
        objects.delete(volumes, longhornNamespace, name);
      longhorn.forgetEngine(name);
      return;
    }
    if (!volume) {
      const size = String(bytesOf(capacity?.storage ?? '0'));
      const metadata = { name, finalizers: [] };
      const spec = { size, numberOfReplicas: 3 };
      objects.create(volumes, longhornNamespace, { apiVersion: '', kind: '', metadata, spec });
      return;
    }
    if (claimRef) await handOver(volume, cluster.volumes.ofClaim(claimRef.namespace, claimRef.name));
  }

  /** A pod finds the content of a restored volume in the folder of its claim. */
  async function handOver(volume: LonghornVolume, folder: string): Promise<void> {
    const content = longhorn.folderOf(volume.metadata.name ?? '', restored);
    if (volume.spec.fromBackup === undefined || volume.status?.restoreRequired !== false) return;
    if (!existsSync(content)) return;
    await cluster.volumes.provision(folder, content);
    await rm(content, { recursive: true, force: true });
    withStatus(cluster, volumes, volume, { state: 'attached', robustness: 'healthy' });
  }

  async function reconcileVolume(volume: LonghornVolume): Promise<void> {
    const isRestore = Boolean(volume.spec.fromBackup);
    if (volume.status?.state === undefined) {
      withStatus(cluster, volumes, volume, {
        state: isRestore ? 'attaching' : 'attached',
        robustness: isRestore ? 'unknown' : 'healthy',
        currentNodeID: nodeName,
        restoreRequired: isRestore,
        restoreInitiated: false,
        conditions: [],
      });
      return;
    }
    if (!volume.status.restoreRequired || hasFailed(volume) || volume.status.restoreInitiated) return;
    const most = Number(settingOf(longhorn, 'concurrent-volume-backup-restore-per-node-limit'));
    for (; restoring.size >= most;) await cluster.clock.sleep(1000, cluster.signal);
    restoring.add(volume.metadata.name ?? '');
    try {
      await restore(volume);
    } finally {
      restoring.delete(volume.metadata.name ?? '');
    }
  }

  /** controller/volume_controller.go: the condition is of type Restore, and the volume is faulted when it has failed. */
  async function restore(volume: LonghornVolume): Promise<void> {
    withStatus(cluster, volumes, volume, { restoreInitiated: true });
    await longhorn.step();
    const query = new URLSearchParams((volume.spec.fromBackup ?? '').split('?')[1]);
    const [from, name] = [query.get('volume') ?? '', query.get('backup') ?? ''];
    const backup = longhorn.isTargetReachable ? longhorn.store.find(from, name) : undefined;
    if (!backup) {
      const message = longhorn.isTargetReachable
        ? `cannot find backup ${name} of volume ${from}`
        : 'backup target default is not available';
      const condition = { type: 'Restore', status: 'False', reason: 'RestoreFailure', message };
      withStatus(cluster, volumes, volume, {
        state: 'detached',
        robustness: 'faulted',
        conditions: [condition],
      });
      return;
    }
    const content = longhorn.folderOf(volume.metadata.name ?? '', restored);
    await rm(content, { recursive: true, force: true });
    longhorn.store.restore(backup, content);
    withStatus(cluster, volumes, volume, {
      state: 'detached',
      robustness: 'unknown',
      restoreRequired: false,
    });
  }
}

function hasFailed({ status }: LonghornVolume): boolean {
  return (status?.conditions ?? []).some(({ reason }) => reason === 'RestoreFailure');
}
