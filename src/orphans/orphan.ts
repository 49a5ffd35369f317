import type { Context } from '../context.ts';
import { quoted } from '../core/quoted.ts';
import { madeAtOf, type KubeObject, type ObjectMeta } from '../kube/object.ts';
import { volumeSnapshots } from '../kube/resources.ts';
import { snapshotHandleOf, snapshotRefOf, type VolumeSnapshotContent } from '../snapshots/csi/content.ts';
import { holdLabelOf } from '../snapshots/hold-label.ts';
import { annotation, bucketIn, isManaged, isTimeOfCut, label, takenAt } from '../snapshots/labels.ts';
import { type Tier, tiers } from '../snapshots/tiers.ts';

/** A content whose VolumeSnapshot is gone, such as with its namespace; what it says of itself is what was last synced. */
export interface Orphan {
  /** Of the content. */
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Of the VolumeSnapshot that is gone. */
  readonly namespace: string;
  readonly snapshot: string;
  readonly pvc: string | undefined;
  /** When the snapshot was taken. */
  readonly createdAt: Date;
  readonly tiers: ReadonlyMap<Tier, string>;
  /** YYYY-MM-DD, or whatever a person wrote. No sweep looks at it: `mark-and-delete` deletes no contents. */
  readonly deleteAfter: string | undefined;
  readonly isHeld: boolean;
  /** YYYY-MM-DD of the drill that restored it. */
  readonly verified: string | undefined;
  readonly type: string | undefined;
  readonly driver: string;
  /** What the storage knows the snapshot by. */
  readonly snapshotHandle: string | undefined;
  /** `Delete` or `Retain`. */
  readonly deletionPolicy: string;
  readonly sizeBytes: number | undefined;
}

/** How long a content that was made by hand may wait for its VolumeSnapshot. */
const waitMilliseconds = 24 * 60 * 60_000;

/**
 * Whether the VolumeSnapshot of a content is gone; `named` is the one that has its name now. A content without the uid of
 * one was made by hand and waits for the first that names it in return: it is an orphan when none has come for a day.
 */
export function isOrphan(content: VolumeSnapshotContent, named: KubeObject | undefined, now: Date): boolean {
  const { uid } = snapshotRefOf(content);
  if (uid) return named?.metadata.uid !== uid;
  const { source } = (named?.spec ?? {}) as { source?: { volumeSnapshotContentName?: string } };
  const age = now.getTime() - madeAtOf(content);
  return source?.volumeSnapshotContentName !== content.metadata.name && age >= waitMilliseconds;
}

/** What a content says of itself. Throws when it lacks what the API server always gives. */
export function readOrphan(content: VolumeSnapshotContent, timeZone: string): Orphan {
  const { name, uid, resourceVersion, labels = {} } = content.metadata;
  const driver = content.spec?.driver;
  const deletionPolicy = content.spec?.deletionPolicy;
  const { namespace, name: snapshot } = snapshotRefOf(content);
  if (!name || !uid || !resourceVersion || !driver || !deletionPolicy || !namespace || !snapshot) {
    throw new Error(`VolumeSnapshotContent ${quoted(name)} came without what every content has`);
  }
  const buckets = tiers.flatMap((tier) => {
    const bucket = bucketIn(content, tier, timeZone);
    return bucket === undefined ? [] : [[tier, bucket] as const];
  });
  return {
    name,
    uid,
    resourceVersion,
    namespace,
    snapshot,
    pvc: labels[label.pvc],
    createdAt: cutAt(content),
    tiers: new Map(buckets),
    deleteAfter: labels[label.deleteAfter],
    isHeld: holdLabelOf(content) !== undefined,
    verified: labels[label.verified],
    type: labels[label.type],
    driver,
    snapshotHandle: snapshotHandleOf(content),
    deletionPolicy,
    sizeBytes: content.status?.restoreSize,
  };
}

/**
 * When the storage cut the snapshot. Of one that was brought back, as it was noted then: a driver that cannot list its
 * snapshots has forgotten it.
 */
export function cutAt(content: VolumeSnapshotContent): Date {
  const { creationTime = 0 } = content.status ?? {};
  const cut = new Date(creationTime / 1e6);
  const isNoted = content.metadata.annotations?.[annotation.takenAt] !== undefined;
  return isNoted || !isTimeOfCut(cut) ? takenAt(content) : cut;
}

/** Looks for the VolumeSnapshot that has the name of the content's; see `isOrphan`. */
export async function isOrphanNow(
  content: VolumeSnapshotContent,
  { kube, clock, signal }: Context,
): Promise<boolean> {
  const { namespace, name = '' } = snapshotRefOf(content);
  const named = await kube.find(volumeSnapshots, { namespace, name }, { signal });
  return isOrphan(content, named, clock.now());
}

/**
 * What is said of a content alone, and believed of it: whoever may write a VolumeSnapshot, and no content, must neither have it
 * said of theirs nor taken away.
 */
const ofContents: ReadonlySet<string> = new Set([
  label.deleting,
  annotation.holdCopied,
  annotation.reboundTo,
  annotation.reboundFrom,
]);

export type Texts = Readonly<Record<string, string>>;

/** The labels and annotations of this tool that tell of a backup, and none of others. */
export function ourMetadata({ labels = {}, annotations = {} }: ObjectMeta): {
  readonly labels: Texts;
  readonly annotations: Texts;
} {
  return { labels: ours(labels), annotations: ours(annotations) };
}

function ours(texts: Texts): Texts {
  const isOfBackup = (name: string) => isManaged(name) && !ofContents.has(name);
  return Object.fromEntries(Object.entries(texts).filter(([name]) => isOfBackup(name)));
}
