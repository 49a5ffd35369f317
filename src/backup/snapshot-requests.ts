import type { Context } from '../context.ts';
import type { Dump } from '../databases/database.ts';
import { dumpRecord } from '../databases/dump-record.ts';
import { volumeSnapshots } from '../kube/resources.ts';
import type { CreateSettings } from '../settings/create.ts';
import { bucketsOf } from '../snapshots/buckets.ts';
import type { SnapshotRequest, VolumeSnapshot } from '../snapshots/csi.ts';
import { annotation, label, pvcLabelValue, snapshotLabels, takenTiers } from '../snapshots/labels.ts';
import { backupId, snapshotName } from '../snapshots/name.ts';
import type { Volume } from './volumes.ts';

export interface Subject {
  readonly namespace: string;
  readonly settings: CreateSettings;
  readonly recorded: Readonly<Record<string, string>>;
  readonly dumps: readonly Dump[];
  readonly volumes: readonly Volume[];
}

/** What the snapshots of one backup are to be: names of one moment and one id, and the tiers that are due of each PVC. */
export async function snapshotRequests(subject: Subject, context: Context): Promise<SnapshotRequest[]> {
  const { namespace, settings, recorded, dumps, volumes } = subject;
  const { timeZone, labels } = settings;
  const now = context.clock.now();
  const buckets = bucketsOf(now, timeZone);
  const random = context.random.id(settings.snapshot.nameRandomLength);
  const backup = backupId(now, timeZone, random);
  const annotations = {
    [annotation.envConfig]: JSON.stringify(recorded),
    [annotation.timeZone]: timeZone,
    ...(dumps.length > 0 && { [annotation.dump]: dumpRecord(dumps) }),
  };
  const requestFor = async ({ pvc, snapshotClass }: Volume): Promise<SnapshotRequest> => {
    const others = labels.retain.policy === 'days' ? [] : await snapshotsOf(namespace, pvc, context);
    const taken = takenTiers(others, buckets, timeZone);
    return {
      namespace,
      name: snapshotName(pvc, now, timeZone, random),
      pvc,
      className: snapshotClass.name,
      labels: {
        ...snapshotLabels({ ...labels, pvc, now, timeZone, buckets, takenTiers: taken }),
        [label.backup]: backup,
      },
      annotations,
    };
  };
  return Promise.all(volumes.map(requestFor));
}

function snapshotsOf(namespace: string, pvc: string, { kube, signal }: Context): Promise<VolumeSnapshot[]> {
  const labelSelector = `${label.pvc}=${pvcLabelValue(pvc)}`;
  return Array.fromAsync(kube.list<VolumeSnapshot>(volumeSnapshots, { namespace, labelSelector, signal }));
}
