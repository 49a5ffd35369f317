import { createHash } from 'node:crypto';
import { addFinalizer, control, isDeleting, removeFinalizer, withStatus } from '../controllers/controller.ts';
import { timestamp } from '../objects/lifecycle.ts';
import { settingOf } from './admission.ts';
import type { StoredBackup } from './backup-store.ts';
import {
  backups,
  backupVolumes,
  longhornFinalizer,
  longhornLabel,
  longhornNamespace,
  snapshots,
  targetName,
  volumes,
} from './kinds.ts';
import type { Longhorn } from './longhorn.ts';
import type { LonghornBackup, LonghornSnapshot, LonghornVolume } from './shapes.ts';

/** Failed backups go by themselves: the setting `failed-backup-ttl`, 1440 minutes. */
const failedMs = 24 * 60 * 60_000;
/** What a status shows on the way; real ones show every per cent. */
const shownProgress = [1, 50, 99];

/** Makes and deletes backups: controller/backup_controller.go. */
export function controlBackups(longhorn: Longhorn): void {
  const { cluster } = longhorn;
  const { objects, clock, signal } = cluster;

  control(cluster, backups, (object) => reconcile(object as LonghornBackup));

  async function reconcile(backup: LonghornBackup): Promise<void> {
    if (isDeleting(backup)) return remove(backup);
    const { state = '' } = backup.status ?? {};
    if (state === 'Error' || state === 'Unknown') return expire(backup);
    if (state === 'Completed' || !backup.spec.snapshotName) return;
    addFinalizer(cluster, backups, backup, longhornFinalizer);
    const volume = backup.metadata.labels?.[longhornLabel.backupVolume] ?? '';
    const { snapshotName } = backup.spec;
    withStatus(cluster, backups, backup, {
      state: 'Pending',
      progress: 0,
      snapshotName,
      volumeName: volume,
      backupTargetName: targetName,
    });
    await longhorn.step();
    for (const progress of shownProgress) {
      const problem = problemOf(volume, snapshotName);
      if (problem !== undefined) return fail(backup, problem);
      withStatus(cluster, backups, backup, { state: 'InProgress', progress });
      await longhorn.step();
    }
    const problem = problemOf(volume, snapshotName) ?? longhorn.takeFailure();
    if (problem !== undefined) return fail(backup, problem);
    complete(backup, volume, snapshotName);
  }

  function problemOf(volume: string, snapshotName: string): string | undefined {
    if (!longhorn.isTargetReachable) return 'failed to back up: backup target default is not available';
    if (longhorn.isRestarting(volume)) return 'failed to back up: engine is not running';
    const snapshot = objects.find(snapshots, longhornNamespace, snapshotName) as LonghornSnapshot | undefined;
    if (!snapshot) return `snapshot ${snapshotName} not found`;
    if (snapshot.spec.volume !== volume) return `snapshot ${snapshotName} is not of volume ${volume}`;
    return longhorn.engineOf(volume).find(snapshotName) ? undefined : `snapshot ${snapshotName} is not ready`;
  }

  function complete({ metadata, spec }: LonghornBackup, volume: string, snapshotName: string): void {
    const { name = '' } = metadata;
    const owner = objects.find(volumes, longhornNamespace, volume) as LonghornVolume | undefined;
    const snapshot = longhorn.engineOf(volume).find(snapshotName);
    const { backup, moved } = longhorn.store.put(
      {
        name,
        volume,
        volumeSize: owner?.spec.size ?? '0',
        snapshotName,
        snapshotCreatedAt: snapshot?.createdAt ?? '',
        createdAt: timestamp(clock.now()),
        labels: spec.labels ?? {},
      },
      longhorn.folderOf(volume, snapshotName),
      spec.backupMode === 'full',
    );
    longhorn.movedBytes += moved;
    const present = objects.find(backups, longhornNamespace, name);
    if (present)
      withStatus(cluster, backups, present, {
        ...statusOf(longhorn, backup),
        newlyUploadDataSize: String(moved),
      });
    noteVolume(longhorn, volume);
    if (owner) withStatus(cluster, volumes, owner, { lastBackup: name, lastBackupAt: backup.createdAt });
  }

  function fail(backup: LonghornBackup, error: string): void {
    withStatus(cluster, backups, backup, { state: 'Error', error });
  }

  async function expire({ metadata }: LonghornBackup): Promise<void> {
    await clock.sleep(failedMs, signal);
    const { name = '', uid } = metadata;
    if (objects.find(backups, longhornNamespace, name)?.metadata.uid === uid)
      objects.delete(backups, longhornNamespace, name);
  }

  /** With the target away the resource goes and the data stays. */
  async function remove(backup: LonghornBackup): Promise<void> {
    const { metadata, status } = backup;
    const volume = status?.volumeName ?? metadata.labels?.[longhornLabel.backupVolume] ?? '';
    if (longhorn.isTargetReachable && status?.state !== 'Deleting') {
      withStatus(cluster, backups, backup, { state: 'Deleting' });
      await longhorn.step();
    }
    if (longhorn.isTargetReachable) {
      longhorn.store.remove(volume, metadata.name ?? '');
      noteVolume(longhorn, volume);
      const { snapshotName = '' } = status ?? {};
      if (settingOf(longhorn, 'auto-cleanup-snapshot-when-delete-backup') === 'true') {
        if (objects.find(snapshots, longhornNamespace, snapshotName))
          objects.delete(snapshots, longhornNamespace, snapshotName);
      }
    }
    removeFinalizer(cluster, backups, backup, longhornFinalizer);
  }
}

/** What the resource of a backup says of what lies at the target. */
export function statusOf({ store }: Longhorn, backup: StoredBackup): NonNullable<LonghornBackup['status']> {
  const { name, volume, volumeSize, snapshotName, snapshotCreatedAt, createdAt, labels, size } = backup;
  return {
    state: 'Completed',
    progress: 100,
    url: `file://${store.folder}?backup=${name}&volume=${volume}`,
    error: '',
    volumeName: volume,
    volumeSize,
    snapshotName,
    snapshotCreatedAt,
    backupCreatedAt: createdAt,
    size: String(size),
    labels,
    backupTargetName: targetName,
  };
}

/** The resource of a volume that has backups: made with the first, gone with the last. */
export function noteVolume({ cluster, store }: Longhorn, volume: string): void {
  const { objects } = cluster;
  const name = `${volume}-${createHash('sha256').update(`${volume}${targetName}`).digest('hex').slice(0, 8)}`;
  const all = store.backupsOf(volume).toSorted((one, other) => (one.createdAt < other.createdAt ? -1 : 1));
  const present = objects.find(backupVolumes, longhornNamespace, name);
  const last = all.at(-1);
  if (!last) {
    if (present) objects.delete(backupVolumes, longhornNamespace, name);
    return;
  }
  const labels = { [longhornLabel.backupVolume]: volume, [longhornLabel.backupTarget]: targetName };
  const spec = { volumeName: volume, backupTargetName: targetName };
  const made =
    present ??
    objects.create(backupVolumes, longhornNamespace, {
      apiVersion: '',
      kind: '',
      metadata: { name, labels },
      spec,
    });
  withStatus(cluster, backupVolumes, made, {
    lastBackupName: last.name,
    lastBackupAt: last.createdAt,
    size: last.volumeSize,
    dataStored: String(store.bytes(volume)),
    createdAt: all[0]?.createdAt ?? '',
  });
}
