import { control, isDeleting, withStatus } from '../controllers/controller.ts';
import { timestamp } from '../objects/lifecycle.ts';
import { noteVolume, statusOf } from './backups.ts';
import {
  backups,
  backupTargets,
  longhornFinalizer,
  longhornLabel,
  longhornNamespace,
  targetName,
} from './kinds.ts';
import type { Longhorn } from './longhorn.ts';
import type { BackupTarget, LonghornBackup } from './shapes.ts';

/**
 * Says whether the target can be reached, and lists it anew when that is asked for: what lies there gets a resource, and a
 * resource whose data is gone goes. controller/backup_target_controller.go, backup_volume_controller.go.
 */
export function controlTarget(longhorn: Longhorn): void {
  const { cluster, store } = longhorn;
  const { objects, clock } = cluster;

  control(cluster, backupTargets, (object) => reconcile(object as BackupTarget));

  async function reconcile(target: BackupTarget): Promise<void> {
    const available = longhorn.isTargetReachable;
    const { syncRequestedAt } = target.spec;
    const { lastSyncedAt } = target.status ?? {};
    const isAsked = lastSyncedAt === undefined || (syncRequestedAt ?? '') > lastSyncedAt;
    const unavailable = {
      type: 'Unavailable',
      status: available ? 'False' : 'True',
      ...(!available && { reason: 'Unavailable', message: `failed to list: ${store.folder} is away` }),
    };
    if (target.status?.available !== available)
      withStatus(cluster, backupTargets, target, { available, conditions: [unavailable] });
    if (!available || !isAsked) return;
    await longhorn.step();
    sync();
    withStatus(cluster, backupTargets, target, { lastSyncedAt: timestamp(clock.now()) });
  }

  function sync(): void {
    const there = store.volumes().flatMap((volume) => store.backupsOf(volume));
    const names = new Set(there.map(({ name }) => name));
    for (const backup of there) {
      if (objects.find(backups, longhornNamespace, backup.name)) continue;
      const labels = {
        [longhornLabel.backupVolume]: backup.volume,
        [longhornLabel.backupTarget]: targetName,
      };
      const metadata = { name: backup.name, labels, finalizers: [longhornFinalizer] };
      const made = objects.create(backups, longhornNamespace, {
        apiVersion: '',
        kind: '',
        metadata,
        spec: {},
      });
      withStatus(cluster, backups, made, statusOf(longhorn, backup));
      noteVolume(longhorn, backup.volume);
    }
    for (const one of objects.all(backups, longhornNamespace) as LonghornBackup[]) {
      const isKnown = one.status?.state === 'Completed' && !isDeleting(one);
      if (isKnown && !names.has(one.metadata.name ?? ''))
        objects.delete(backups, longhornNamespace, one.metadata.name ?? '');
    }
  }
}
