import type { Dump } from '../databases/database.ts';
import { dumpRecord, numberOf } from '../databases/dump-record.ts';
import type { CreateSettings } from './settings/create.ts';
import { bucketsOf } from '../snapshots/buckets.ts';
import type { PlannedVolume, SnapshotContext } from '../snapshots/provider.ts';
import type { SnapshotRequest } from '../snapshots/snapshot-method.ts';
import { annotation, label, pvcLabelValue, snapshotLabels } from '../snapshots/labels.ts';
import { readSnapshot, type ManagedSnapshot } from '../snapshots/managed.ts';
import { backupId, snapshotName } from '../snapshots/name.ts';
import { takenTiers } from '../snapshots/taken-tiers.ts';
import { historyOf } from '../snapshots/volumes.ts';
import { askedBy } from './asked-by.ts';

export interface Subject {
  readonly namespace: string;
  readonly settings: CreateSettings;
  readonly recorded: Readonly<Record<string, string>>;
  readonly dumps: readonly Dump[];
  readonly volumes: readonly PlannedVolume[];
}

/** What the snapshots of one backup are to be: names of one moment, one id, and the tiers that are due, the same for all. */
export async function snapshotRequests(
  subject: Subject,
  context: SnapshotContext,
): Promise<SnapshotRequest[]> {
  const { namespace, settings, recorded, dumps, volumes } = subject;
  const { timeZone, labels } = settings;
  const now = context.clock.now();
  const buckets = bucketsOf(now, timeZone);
  const random = context.random.id(settings.snapshot.nameRandomLength);
  const backup = backupId(now, timeZone, random);
  const annotations = {
    [annotation.envConfig]: JSON.stringify(recorded),
    [annotation.timeZone]: timeZone,
    [annotation.databases]: String(numberOf(dumps)),
    ...(dumps.length > 0 && { [annotation.dump]: dumpRecord(dumps) }),
  };
  const [asker, histories] = await Promise.all([
    askedBy(labels, context),
    labels.retain.policy === 'days' ? [] : historiesOf(subject, context),
  ]);
  const taken = takenTiers(histories, { dumps: numberOf(dumps), volumes: volumes.length }, buckets);
  const isByPerson = asker === 'person';
  const facts = {
    ...labels,
    type: isByPerson && labels.type === 'cronjob' ? 'adhoc' : labels.type,
    keepDays: isByPerson ? labels.keepDays : 0,
    now,
    timeZone,
    buckets,
    takenTiers: taken,
  };
  return volumes.map(({ pvc, pvcUid, className }) => ({
    namespace,
    name: snapshotName(pvc, now, timeZone, random),
    pvc,
    className,
    labels: { ...snapshotLabels({ ...facts, pvc, pvcUid }), [label.backup]: backup },
    annotations,
  }));
}

/** What there is of each volume already. */
async function historiesOf(
  { namespace, settings: { timeZone }, volumes }: Subject,
  context: SnapshotContext,
): Promise<readonly (readonly ManagedSnapshot[])[]> {
  const labelSelector = `${label.pvc} in (${volumes.map(({ pvc }) => pvcLabelValue(pvc)).join(',')})`;
  const snapshots: ManagedSnapshot[] = [];
  for await (const stored of context.snapshots.list({ namespace, labelSelector }, context)) {
    snapshots.push(readSnapshot(stored, timeZone));
  }
  return volumes.map(({ pvc, ...claim }) => historyOf(snapshots, { ...claim, pvc: pvcLabelValue(pvc) }));
}
