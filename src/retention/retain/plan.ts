import { quoted } from '../../core/quoted.ts';
import { floorOf, withFloor } from './floor.ts';
import { KeptTogether } from './kept-together.ts';
import { mayBecomeReady } from './policy.ts';
import { type Buckets, bucketsOf, isBucket } from '../../snapshots/buckets.ts';
import { type Fullness, compareFullness, fullnessIn } from '../../snapshots/fullness.ts';
import { type ManagedSnapshot, newestFirst } from '../../snapshots/managed.ts';
import { type RetentionPolicy, type Tier, tiers } from '../../snapshots/tiers.ts';
import { volumesOf } from '../../snapshots/volumes.ts';

export interface RetentionDecision {
  readonly snapshot: ManagedSnapshot;
  /** Of the tiers that it has a label of. */
  readonly tiers: readonly TierDecision[];
}

/**
 * Which tier labels the snapshots keep, all of them under one policy. Each label is decided on by itself, and the order in
 * which the decisions are carried out does not matter: planning again in the midst of it gives the same end.
 */
export function planRetention(
  snapshots: readonly ManagedSnapshot[],
  policy: RetentionPolicy,
  now: Date,
  timeZone: string,
): RetentionDecision[] {
  const today = todayOf(now, timeZone);
  const fullness = fullnessIn(snapshots);
  const together = new KeptTogether(fullness);
  const decisions = volumesOf(snapshots).flatMap((volume) => {
    const own = planVolume(volume.snapshots, policy, today, fullness);
    together.note(own, '');
    return own;
  });
  return decisions.map((decision) => together.with(decision, ''));
}

export interface Today {
  readonly now: Date;
  readonly buckets: Buckets;
}

export function todayOf(now: Date, timeZone: string): Today {
  return { now, buckets: bucketsOf(now, timeZone) };
}

/** Of one volume, regardless of what its backups have besides. */
export function planVolume(
  snapshots: readonly ManagedSnapshot[],
  policy: RetentionPolicy,
  today: Today,
  fullness: (snapshot: ManagedSnapshot) => Fullness,
): RetentionDecision[] {
  const sorted = snapshots.toSorted(newestFirst);
  const backups = sorted.filter(isBackup);
  const standing = standings(backups, policy, today, fullness);
  const floor = floorOf(backups, today.buckets);
  return sorted.map((snapshot) => {
    const decisions = [...snapshot.tiers].map(([tier, bucket]) => {
      const { keep, reason } =
        untouched(snapshot, today.now) ??
        oddBucket(tier, bucket, today) ??
        decide(snapshot, tier, bucket, standing[tier]);
      return { tier, bucket, keep, reason };
    });
    return { snapshot, tiers: withFloor(decisions, floor.get(snapshot), today.buckets) };
  });
}

/** Whether it can stand for a bucket: it is ready, and nobody has said that it shall go. */
function isBackup({ isReady, deleteAfter }: ManagedSnapshot): boolean {
  return isReady && deleteAfter === undefined;
}

interface Verdict {
  readonly keep: boolean;
  readonly reason: string;
}

/** Why the snapshot is not judged by its buckets; undefined when it is. */
function untouched(snapshot: ManagedSnapshot, now: Date): Verdict | undefined {
  const { isHeld, isReady, deleteAfter } = snapshot;
  if (isHeld) return { keep: true, reason: 'held by a user' };
  if (deleteAfter !== undefined) return { keep: true, reason: `marked to be deleted after ${deleteAfter}` };
  if (isReady) return undefined;
  return mayBecomeReady(snapshot, now)
    ? { keep: true, reason: 'not ready yet, and less than a day old' }
    : { keep: true, reason: 'not ready now, which does not say that it never was' };
}

/** A label that a person has mistyped must neither cost the snapshot its place nor take that of another. */
function oddBucket(tier: Tier, bucket: string, { buckets }: Today): Verdict | undefined {
  if (isBucket(tier, bucket, buckets)) return undefined;
  return {
    keep: true,
    reason: `${quoted(bucket)} is not ${tier === 'hourly' ? 'an' : 'a'} ${nouns[tier]} up to today; left as it is`,
  };
}

/** Which snapshots stand for the buckets of a tier: of the fullest backups, the newest. */
interface Standing {
  readonly standing: ReadonlyMap<string, ManagedSnapshot>;
  /** The buckets that are kept. */
  readonly window: ReadonlySet<string>;
  readonly kept: Verdict;
  readonly taken: Verdict;
}

function standings(
  backups: readonly ManagedSnapshot[],
  policy: RetentionPolicy,
  today: Today,
  fullness: (snapshot: ManagedSnapshot) => Fullness,
): Readonly<Record<Tier, Standing>> {
  const entries = tiers.map((tier) => [tier, standFor(backups, tier, policy[tier], today, fullness)]);
  return Object.fromEntries(entries) as Record<Tier, Standing>;
}

/** Of backups that are sorted, the newest first. */
function standFor(
  backups: readonly ManagedSnapshot[],
  tier: Tier,
  count: number,
  { buckets }: Today,
  fullness: (snapshot: ManagedSnapshot) => Fullness,
): Standing {
  const standing = new Map<string, ManagedSnapshot>();
  for (const snapshot of backups) {
    const bucket = snapshot.tiers.get(tier);
    if (bucket === undefined || !isBucket(tier, bucket, buckets)) continue;
    const other = standing.get(bucket);
    const stands = other === undefined || compareFullness(fullness(snapshot), fullness(other)) > 0;
    if (stands) standing.set(bucket, snapshot);
  }
  const window = [...standing.keys()].toSorted().toReversed().slice(0, count);
  return { standing, window: new Set(window), ...verdicts(tier, count) };
}

/** What is said of thousands of labels is made once. */
function verdicts(tier: Tier, count: number): Pick<Standing, 'kept' | 'taken'> {
  const newest = `of the newest ${count === 1 ? nouns[tier] : `${count} ${nouns[tier]}s`}`;
  const none = `one of the ${nouns[tier]}s, of which the policy keeps none`;
  return {
    kept: { keep: true, reason: newest },
    taken: { keep: false, reason: count === 0 ? none : `not ${newest}` },
  };
}

const nouns: Readonly<Record<Tier, string>> = {
  last: 'backup',
  hourly: 'hour',
  daily: 'day',
  weekly: 'week',
  monthly: 'month',
  yearly: 'year',
};

function decide(
  snapshot: ManagedSnapshot,
  tier: Tier,
  bucket: string,
  { standing, window, kept, taken }: Standing,
): Verdict {
  const other = standing.get(bucket);
  if (other === undefined || other === snapshot) return window.has(bucket) ? kept : taken;
  const how = newestFirst(other, snapshot) < 0 ? 'older' : 'of a lesser backup';
  return { keep: false, reason: `${how} than ${other.name} of the same ${nouns[tier]}` };
}

/** What becomes of one label of a snapshot, and why, in words that complete "it is kept/taken because it is …". */
export interface TierDecision {
  readonly tier: Tier;
  readonly bucket: string;
  readonly keep: boolean;
  readonly reason: string;
}
