import { quoted } from '../core/quoted.ts';
import { errorFromObject } from '../kube/error.ts';
import { holdLabelOf } from './hold-label.ts';
import { annotation, bucketIn, isFailed, isReady, label, pvcLabelValue, takenAt } from './labels.ts';
import { markedAtOf } from './marked-at.ts';
import { zoneOf } from './time-zone.ts';
import { SharedValues } from './shared-values.ts';
import { type SnapshotKey, type SnapshotWords, type StoredSnapshot, named } from './stored.ts';
import { type Tier, tiers } from './tiers.ts';

/** What retention has to know of a snapshot, as its labels tell. */
export interface ManagedSnapshot {
  /** What its kind is called. */
  readonly words: SnapshotWords;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** The PVC it is of, as the value of the label has it. */
  readonly pvc: string;
  /** Of that PVC; undefined in snapshots of older versions. */
  readonly pvcUid?: string | undefined;
  /** Which backup it is a part of; undefined when it is the whole of it. */
  readonly backup?: string | undefined;
  /** How many databases that backup has dumps of. */
  readonly dumps: number;
  /** When it was taken; before it is ready, when its object was made. Milliseconds since 1970: a Date takes six times as much. */
  readonly createdAt: number;
  /** It is a backup: ready, and part of one that is finished. */
  readonly isReady: boolean;
  /**
   * Not ready now, though it has been, or may have been. The snapshot controller says so of good ones, too: while a content
   * is missing or bound amiss, as when a cluster is being restored.
   */
  readonly wasReady: boolean;
  /** On its way out already. */
  readonly isDeleting: boolean;
  /** Since when; milliseconds since 1970, NaN where it cannot be read. */
  readonly deletingSince?: number;
  /** How it is kept: `daily_weekly_monthly`, `days`; undefined for a snapshot that is none of ours. */
  readonly retain: string | undefined;
  /** The bucket of each tier that it has a label of; a week has its year. */
  readonly tiers: ReadonlyMap<Tier, string>;
  /** YYYY-MM-DD, or whatever a person wrote. */
  readonly deleteAfter: string | undefined;
  /** The zone that `deleteAfter` is a day of, where no mark has set it; whatever is written there. */
  readonly zoneOfDate?: string | undefined;
  /** YYYY-MM-DD, or whatever a person wrote: until then it gets no date to go. */
  readonly keepUntil?: string | undefined;
  /** This tool has marked it once, whether or not the mark is still there. */
  readonly wasMarked: boolean;
  /** When; milliseconds since 1970, NaN where it cannot be read. */
  readonly markedAt?: number;
  readonly isHeld: boolean;
  /** It is held by a label that says neither `true` nor `false`. */
  readonly hasOddHold?: boolean;
  /** YYYY-MM-DD of the drill that restored it. */
  readonly verified: string | undefined;
  /** The group with which alone it can be deleted. */
  readonly group?: string | undefined;
}

/** Undefined for a snapshot that is none of ours, is kept by days, or is on its way out: tiers are not its business. */
export function tieredSnapshot(
  stored: StoredSnapshot,
  timeZone: string,
  share?: SharedValues,
): ManagedSnapshot | undefined {
  if (stored.metadata.labels?.[label.retain] !== 'daily_weekly_monthly') return undefined;
  const snapshot = readSnapshot(stored, timeZone, share);
  return snapshot.isDeleting ? undefined : snapshot;
}

/** Of any snapshot. Throws when the object lacks what the API server always gives. Who reads many gives what they share. */
export function readSnapshot(
  stored: StoredSnapshot,
  timeZone: string,
  share = new SharedValues(),
): ManagedSnapshot {
  const { labels = {}, annotations = {}, deletionTimestamp } = stored.metadata;
  const markedAt = markedAtOf(stored);
  const { namespace, name, uid, resourceVersion, createdAt } = identity(stored);
  const buckets = tiers.flatMap((tier) => {
    const bucket = bucketIn(stored, tier, timeZone);
    return bucket === undefined ? [] : [[tier, bucket] as const];
  });
  const zoneOfDate = isDatedOtherwise(stored) ? zoneOf(stored) : undefined;
  // Until its backup is finished nobody knows whether it is one.
  const ready = isReady(stored) && labels[label.unfinished] === undefined;
  return {
    words: stored.words,
    namespace: share.text(namespace),
    name,
    uid,
    resourceVersion,
    pvc: share.text(labels[label.pvc] || sourceOf(stored)),
    pvcUid: share.text(labels[label.pvcUid] || undefined),
    backup: labels[label.backup] || undefined,
    dumps: dumpsOf(annotations),
    createdAt: ready ? takenAt(stored).getTime() : createdAt,
    isReady: ready,
    wasReady: !ready && !isFailed(stored) && (buckets.length > 0 || hasBeenCut(stored)),
    isDeleting: deletionTimestamp !== undefined,
    ...(deletionTimestamp !== undefined && { deletingSince: Date.parse(deletionTimestamp) }),
    retain: share.text(labels[label.retain]),
    tiers: share.tiers(buckets),
    deleteAfter: share.text(labels[label.deleteAfter]),
    ...(zoneOfDate !== undefined && { zoneOfDate: share.text(zoneOfDate) }),
    keepUntil: share.text(labels[label.keepUntil]),
    wasMarked: markedAt !== undefined,
    ...(markedAt !== undefined && { markedAt }),
    isHeld: holdLabelOf(stored) !== undefined,
    ...(holdLabelOf(stored) === 'odd' && { hasOddHold: true }),
    verified: share.text(labels[label.verified]),
    group: share.text(stored.group),
  };
}

/** By `create`, or by hand: a mark has a zone of its own, and a grace. */
function isDatedOtherwise({ metadata: { labels = {}, annotations = {} } }: StoredSnapshot): boolean {
  return labels[label.deleteAfter] !== undefined && annotations[annotation.markedAt] === undefined;
}

/** What the API server always gives; an object without it is unreadable, and nothing is decided by halves. */
function identity({
  metadata,
  words,
}: StoredSnapshot): Pick<ManagedSnapshot, 'namespace' | 'name' | 'uid' | 'resourceVersion' | 'createdAt'> {
  const { namespace, name, uid, resourceVersion, creationTimestamp } = metadata;
  const createdAt = Date.parse(creationTimestamp ?? '');
  if (namespace && name && uid && resourceVersion && !Number.isNaN(createdAt)) {
    return { namespace, name, uid, resourceVersion, createdAt };
  }
  const what = `${words.kind} ${quoted(name)} in namespace ${quoted(namespace)}`;
  throw errorFromObject(what, 'it came without uid, version or a creation time');
}

/** Older snapshots do not say how many, but the dumps themselves. */
function dumpsOf(annotations: Readonly<Record<string, string>>): number {
  const said = annotations[annotation.databases];
  if (said !== undefined && /^\d{1,6}$/.test(said)) return Number(said);
  return annotations[annotation.dump] === undefined ? 0 : 1;
}

/** Whether the storage has, or may have, something of it. */
function hasBeenCut({ cutAt, content }: StoredSnapshot): boolean {
  return cutAt !== undefined || content !== undefined;
}

/** For a snapshot without the label. One of which nobody knows the volume must not be mixed with another. */
function sourceOf({ metadata, claim }: StoredSnapshot): string {
  return claim ? pvcLabelValue(claim) : `that of ${metadata.name}`;
}

/** The order of snapshots; of the same second, by name, so that every run and every command sees the same one. */
export function newestFirst(one: ManagedSnapshot, other: ManagedSnapshot): number {
  return other.createdAt - one.createdAt || (one.name < other.name ? 1 : -1);
}

/** Its label, one whose value nobody understands, or that a user took away the date that this tool had given it. */
export type Hold = 'label' | 'odd-label' | 'date-removed';

/** How a user holds the snapshot, as `mark-and-delete` takes it: a mark without its date is never given another. */
export function holdOf({ isHeld, hasOddHold, wasMarked, deleteAfter }: ManagedSnapshot): Hold | undefined {
  if (isHeld) return hasOddHold ? 'odd-label' : 'label';
  return wasMarked && deleteAfter === undefined ? 'date-removed' : undefined;
}

/** In words that complete "it is …". */
export const holdWords: Readonly<Record<Hold, string>> = {
  label: 'held by a user',
  'odd-label': 'held by a user, with a label that says neither true nor false',
  'date-removed': 'held by a user, who has taken its date away',
};

/** What to say of a snapshot that a person named and that is not there. */
export function missingSnapshot(words: SnapshotWords, key: SnapshotKey): string {
  return `There is no ${named(words, key)}; find its name and namespace with: backup-ns list -A`;
}
