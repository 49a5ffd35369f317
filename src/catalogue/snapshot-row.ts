import { sentence } from '../core/quoted.ts';
import { parseQuantity } from '../kube/quantity.ts';
import { isStuck, mayBecomeReady } from '../retention/retain/policy.ts';
import type { StoredSnapshot } from '../snapshots/stored.ts';
import { type Hold, type ManagedSnapshot, holdOf, readSnapshot } from '../snapshots/managed.ts';
import { annotation, label, pvcLabelValue } from '../snapshots/labels.ts';
import type { Tier } from '../snapshots/tiers.ts';

/** What a person wants to know of a snapshot; nothing is there that nobody knows. */
export interface SnapshotRow {
  readonly namespace: string;
  readonly name: string;
  readonly pvc?: string | undefined;
  /** Of that PVC. */
  readonly pvcUid?: string | undefined;
  /** Of a volume that had the PVC's name before; only in a list that has newer ones, of another. */
  readonly earlierVolume?: true | undefined;
  readonly ready: boolean;
  /** On its way out. */
  readonly deleting?: true | undefined;
  readonly createdAt: Date;
  /** `cronjob`, `adhoc` or a text of the user's. */
  readonly type?: string | undefined;
  /** What it stands for: the bucket of each tier that it is in. */
  readonly tiers: Readonly<Partial<Record<Tier, string>>>;
  /** YYYY-MM-DD, or whatever a person wrote. */
  readonly deleteAfter?: string | undefined;
  /** YYYY-MM-DD until which it stays, as a person made it. */
  readonly keepUntil?: string | undefined;
  /** Why it stays whatever the policy says. */
  readonly held?: Hold | undefined;
  /** YYYY-MM-DD of the drill that restored it. */
  readonly verified?: string | undefined;
  /** The size that a volume must have to be restored from it. */
  readonly sizeBytes?: number | undefined;
  readonly className?: string | undefined;
  /** What it stands for in the storage, such as a content. */
  readonly content?: string | undefined;
  /** That made it. */
  readonly pod?: string | undefined;
  /** Why it is not a backup. */
  readonly failed?: string | undefined;
}

/** Decides nothing but the year of a week that older tools wrote without one, and that only in the night of New Year. */
const timeZone = 'UTC';

/** Throws when the object lacks what the API server always gives. */
export function snapshotRow(stored: StoredSnapshot, now: Date): SnapshotRow {
  const { metadata, claim, restoreSize, className, content } = stored;
  const snapshot = readSnapshot(stored, timeZone);
  const { labels = {} } = metadata;
  return {
    namespace: snapshot.namespace,
    name: snapshot.name,
    pvc: pvcOf(labels[label.pvc], claim),
    pvcUid: snapshot.pvcUid,
    ready: snapshot.isReady,
    deleting: snapshot.isDeleting || undefined,
    createdAt: new Date(snapshot.createdAt),
    type: labels[label.type],
    tiers: Object.fromEntries(snapshot.tiers),
    deleteAfter: snapshot.deleteAfter,
    keepUntil: snapshot.keepUntil,
    held: holdOf(snapshot),
    verified: snapshot.verified,
    sizeBytes: parseQuantity(restoreSize ?? ''),
    className,
    content,
    pod: labels[label.pod],
    failed: metadata.annotations?.[annotation.failed] ?? failureOf(snapshot, stored, now),
  };
}

/** The whole name of the claim, of which a label has no more than 63 characters; the label where it says something else. */
function pvcOf(labelled: string | undefined, claim: string | undefined): string | undefined {
  if (!claim) return labelled || undefined;
  if (!labelled) return claim;
  return pvcLabelValue(claim) === labelled ? claim : labelled;
}

/** The storage's last error, which it may yet get over; without one, that a whole day was not enough, also not to go. */
function failureOf(
  snapshot: ManagedSnapshot,
  { isReadyToUse, error }: StoredSnapshot,
  now: Date,
): string | undefined {
  if (isStuck(snapshot, now)) return 'on its way out for more than a day';
  const mayBecome = mayBecomeReady(snapshot, now) || snapshot.isDeleting;
  if (isReadyToUse) return snapshot.isReady || mayBecome ? undefined : 'its backup was never finished';
  if (error) return sentence(error.message) ?? 'the storage reports an error without words';
  return mayBecome ? undefined : 'not ready after a day';
}
