import { UserError } from '../core/errors.ts';
import { hasStatus } from '../kube/error.ts';
import { isRecord } from '../kube/object.ts';
import { nextStep } from '../retention/hold/release.ts';
import { labelValue } from '../settings/kubernetes-formats.ts';
import { annotation, label } from '../snapshots/labels.ts';
import { holdWords, missingSnapshot, readSnapshot } from '../snapshots/managed.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';
import type { SnapshotKey, StoredSnapshot } from '../snapshots/stored.ts';
import { timeZoneOf } from '../snapshots/time-zone.ts';
import { describedClaim, type DescribedClaim } from './described-claim.ts';
import { describedDumps, type DescribedDump } from './described-dumps.ts';
import { holderOf, type Holder } from './described-hold.ts';
import { byVolume } from './list-snapshots.ts';
import { explained } from './scope.ts';
import { snapshotRow, type SnapshotRow } from './snapshot-row.ts';

/** Everything about one snapshot that a person wants to know before a restore. */
export interface SnapshotDescription extends SnapshotRow {
  readonly describedAt: Date;
  /** In which its dates and buckets are. */
  readonly timeZone: string;
  /** What becomes of it, and why. */
  readonly next: string;
  /** Who set the label by which it is held. */
  readonly heldBy?: Holder | undefined;
  /** The group with which alone it can be deleted. */
  readonly group?: string | undefined;
  readonly storage: StorageState;
  readonly claim: DescribedClaim;
  /** Which backup made it. */
  readonly backup?: string | undefined;
  /** The other snapshots of that backup; absent where they cannot be told. */
  readonly others?: readonly OtherSnapshot[] | undefined;
  /** Absent where the record cannot be read. */
  readonly dumps?: readonly DescribedDump[] | undefined;
  /** The settings of that backup, by the names of their variables, as far as they are recorded. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What the storage has of it: the data, nothing yet (`none`) or any more (`lost`), or `unseen` where one may not look. */
export interface StorageState {
  readonly data: 'there' | 'none' | 'lost' | 'unseen';
  readonly driver?: string | undefined;
  /** Whether the data goes with the snapshot, and so with its namespace: `Delete` or `Retain`. */
  readonly deletionPolicy?: string | undefined;
}

export interface OtherSnapshot {
  readonly name: string;
  readonly pvc?: string | undefined;
  readonly ready: boolean;
}

/** Throws UserError 'preflight' when it is not there, or cannot be seen. */
export async function describeSnapshot(
  key: SnapshotKey,
  context: SnapshotContext,
): Promise<SnapshotDescription> {
  const { snapshots } = context;
  try {
    const stored = await snapshots.find(key, context);
    if (!stored) throw new UserError('preflight', missingSnapshot(snapshots.words, key));
    return await described(stored, context);
  } catch (error) {
    throw explained(error, key.namespace, snapshots);
  }
}

async function described(stored: StoredSnapshot, context: SnapshotContext): Promise<SnapshotDescription> {
  const now = context.clock.now();
  const row = snapshotRow(stored, now);
  const { annotations = {} } = stored.metadata;
  const timeZone = timeZoneOf([stored]);
  const { backup } = readSnapshot(stored, timeZone);
  const [storage, claim, others] = await Promise.all([
    storageOf(stored, context),
    describedClaim(row, context),
    backup === undefined ? [] : othersOf(row, backup, context),
  ]);
  return {
    ...row,
    describedAt: now,
    timeZone,
    next: nextOf(stored, row, timeZone, now),
    heldBy: row.held === undefined || row.held === 'date-removed' ? undefined : holderOf(stored.metadata),
    group: stored.group,
    storage,
    claim,
    backup,
    others,
    dumps: describedDumps(annotations[annotation.dump]),
    settings: recordedSettings(annotations[annotation.envConfig]),
  };
}

function nextOf(
  stored: StoredSnapshot,
  { held, deleting }: SnapshotRow,
  timeZone: string,
  now: Date,
): string {
  if (deleting) return 'on its way out';
  if (held !== undefined) return `stays until it is released: ${holdWords[held]}`;
  return nextStep(readSnapshot(stored, timeZone), now, timeZone);
}

/** What the storage has belongs to no namespace, so that not everybody may look at it. */
async function storageOf(stored: StoredSnapshot, context: SnapshotContext): Promise<StorageState> {
  try {
    const data = await context.snapshots.data(stored, context);
    if (!data) return { data: stored.content === undefined ? 'none' : 'lost' };
    return { data: 'there', driver: data.driver, deletionPolicy: data.deletionPolicy };
  } catch (error) {
    if (!hasStatus(error, 403)) throw error;
    return { data: 'unseen' };
  }
}

async function othersOf(
  { namespace, name }: SnapshotRow,
  backup: string,
  context: SnapshotContext,
): Promise<readonly OtherSnapshot[] | undefined> {
  if (!('value' in labelValue.parse(backup))) return undefined;
  const labelSelector = `${label.backup}=${backup}`;
  const rows: SnapshotRow[] = [];
  try {
    for await (const stored of context.snapshots.list({ namespace, labelSelector }, context)) {
      if (stored.metadata.name !== name) rows.push(snapshotRow(stored, context.clock.now()));
    }
  } catch (error) {
    if (!hasStatus(error, 403)) throw error;
    return undefined;
  }
  return rows.toSorted(byVolume).map(({ name: other, pvc, ready }) => ({ name: other, pvc, ready }));
}

/** Whoever may write to a snapshot may write anything there: only texts are taken. */
function recordedSettings(text: string | undefined): Readonly<Record<string, string>> {
  try {
    const parsed: unknown = JSON.parse(text ?? '{}');
    if (!isRecord(parsed)) return {};
    const texts = Object.entries(parsed).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    return Object.fromEntries(texts);
  } catch {
    return {};
  }
}
