import { createHash } from 'node:crypto';
import type { Labelled, StoredSnapshot } from './stored.ts';
import type { RetainPolicy, Tier } from './tiers.ts';
import { bucketsOf, calendarDate, type Buckets } from './buckets.ts';

/** The on-cluster schema: every label and annotation this tool writes or reads; on snapshots unless it says otherwise. */
export const prefix = 'backup-ns.sh/';

/** Whether this tool has given the label or annotation its name. */
export function isManaged(name: string): boolean {
  return name.startsWith(prefix);
}

export const label = {
  pvc: `${prefix}pvc`,
  /** The uid of the PVC: one that is made anew under the same name is another volume. Older snapshots have none. */
  pvcUid: `${prefix}pvc-uid`,
  /** The namespace of its PVC, where the object lies in another one. */
  namespace: `${prefix}namespace`,
  /** Which backup made it: the same on its snapshots of all PVCs. */
  backup: `${prefix}backup`,
  type: `${prefix}type`,
  pod: `${prefix}pod`,
  retain: `${prefix}retain`,
  retainDays: `${prefix}retain-days`,
  last: `${prefix}last`,
  hourly: `${prefix}hourly`,
  daily: `${prefix}daily`,
  weekly: `${prefix}weekly`,
  monthly: `${prefix}monthly`,
  yearly: `${prefix}yearly`,
  deleteAfter: `${prefix}delete-after`,
  /** YYYY-MM-DD: a person made it, and it gets no date to go before that day is over. */
  keepUntil: `${prefix}keep-until`,
  /** A user wants it kept, whatever the policy says; see hold-label.ts. */
  hold: `${prefix}hold`,
  /** YYYY-MM-DD: a drill restored it that day. */
  verified: `${prefix}verified`,
  /** On a content that is retained: the uid of the snapshot, or of the group, whose deletion is to take it along. */
  deleting: `${prefix}deleting`,
  /** While its backup is being made: how far that has come. On a group: not all its members have labels. */
  unfinished: `${prefix}unfinished`,
  /** On a pod that reads a snapshot for a command, and on its PVC: they go with that command. For what it reads. */
  temporary: `${prefix}temporary`,
} as const;

export const annotation = {
  /** JSON object: the settings of the run, secrets left out. */
  envConfig: `${prefix}env-config`,
  /**
   * JSON list of the dumps: engine, versions, database, path, bytes, sha256, startedAt, completedAt of each. Of many of one
   * server there is a summary instead, with the path, bytes and sha256 of a `list` on the volume; see `dump-record.ts`.
   */
  dump: `${prefix}dump`,
  /** How many databases its backup has dumps of. Older snapshots have none. */
  databases: `${prefix}databases`,
  timeZone: `${prefix}time-zone`,
  /** RFC 3339: when `mark-and-delete` gave it a date. Without that date, a user has taken it away. */
  markedAt: `${prefix}marked-at`,
  /** Which install's `retain` took labels off it, by which policy, and when. */
  retainedBy: `${prefix}retained-by`,
  /** On a namespace or a PVC: `daily=14,monthly=24`, where its policy differs from that of the settings. */
  retainPolicy: `${prefix}retain-policy`,
  /** On a PVC: why it needs no backup, so that nobody misses one. */
  noBackup: `${prefix}no-backup`,
  /** Why the snapshot is not a backup. */
  failed: `${prefix}failed`,
  /** On a PersistentVolumeClaim: the snapshot that it was made from. */
  restoredFrom: `${prefix}restored-from`,
  /** RFC 3339, on a snapshot that was brought back, whose object is younger than its data: when it was taken. */
  takenAt: `${prefix}taken-at`,
  /** On a snapshot that was brought back: the content that it was brought back from. */
  reboundFrom: `${prefix}rebound-from`,
  /** On a content: that its label `hold` is but that of its snapshot. */
  holdCopied: `${prefix}hold-copied`,
  /** On a content whose snapshot is being brought back: the content that takes its place. */
  reboundTo: `${prefix}rebound-to`,
} as const;

export interface LabelFacts {
  readonly pvc: string;
  /** Undefined where nobody knows it, as in a simulation. */
  readonly pvcUid?: string | undefined;
  readonly type: string;
  readonly pod: string | undefined;
  readonly retain: RetainPolicy;
  readonly now: Date;
  readonly timeZone: string;
  /** What `bucketsOf` says of `now`. */
  readonly buckets: Buckets;
  /** Tiers whose bucket another backup stands for already. */
  readonly takenTiers: ReadonlySet<Tier>;
  /** For how many days it stays in any case, in tiers: of a backup that a person made. */
  readonly keepDays?: number | undefined;
}

/** The labels of a new snapshot. */
export function snapshotLabels(facts: LabelFacts): Record<string, string> {
  return {
    [label.pvc]: pvcLabelValue(facts.pvc),
    ...(facts.pvcUid !== undefined && { [label.pvcUid]: facts.pvcUid }),
    [label.type]: facts.type,
    ...(facts.pod !== undefined && { [label.pod]: facts.pod }),
    [label.retain]: facts.retain.policy,
    ...(facts.retain.policy === 'days'
      ? daysLabels(facts, facts.retain.days)
      : tierLabels(facts, facts.retain.tiers)),
  };
}

function daysLabels({ now, timeZone }: LabelFacts, days: number): Record<string, string> {
  return { [label.retainDays]: String(days), [label.deleteAfter]: calendarDate(now, timeZone, days) };
}

function tierLabels(facts: LabelFacts, wanted: readonly Tier[]): Record<string, string> {
  const { buckets, takenTiers, keepDays = 0, now, timeZone } = facts;
  const free = wanted.filter((tier) => !takenTiers.has(tier));
  return {
    ...Object.fromEntries(free.map((tier) => [label[tier], buckets[tier]])),
    ...(keepDays > 0 && { [label.keepUntil]: calendarDate(now, timeZone, keepDays) }),
  };
}

/** A PVC's name may have 253 characters, a label's value 63: a longer one ends with a digest of the whole. */
export function pvcLabelValue(pvc: string): string {
  if (pvc.length <= 63) return pvc;
  return `${pvc.slice(0, 54)}-${createHash('sha256').update(pvc).digest('hex').slice(0, 8)}`;
}

/** The bucket of a snapshot in a tier. A week without its year, as older tools wrote it, is of the year it was made in. */
export function bucketIn(snapshot: Labelled, tier: Tier, timeZone: string): string | undefined {
  const { metadata } = snapshot;
  const value = metadata.labels?.[label[tier]];
  if (tier !== 'weekly' || !value || !/^w\d\d$/.test(value) || !metadata.creationTimestamp) return value;
  const { weekly } = bucketsOf(takenAt(snapshot), timeZone);
  return `${weekly.slice(0, weekly.indexOf('-'))}-${value}`;
}

/** Characters of RFC 3339, fractions of a second included. */
const maximumDate = 40;

/** No snapshot of Kubernetes is older: a storage that has forgotten when it was says 0, or what becomes of that. */
const firstMoment = new Date('2015-01-01T00:00:00Z');

/** Whether what a storage says of when it cut a snapshot can be true. */
export function isTimeOfCut(cut: Date): boolean {
  return cut >= firstMoment;
}

/** What a provider adds to an object that is a snapshot. */
type Cut = Partial<Pick<StoredSnapshot, 'claim' | 'cutAt'>>;

/**
 * An object is never older than its data; an annotation that says so, or is not a date, does not count. It is younger where it was
 * made anew of data that was there: one that was brought back, by the annotation, or one that somebody has applied again, by what
 * the storage says. What is made from a PVC is cut later than its object, whatever the clock of the storage says.
 */
export function takenAt({ metadata, claim, cutAt }: Labelled & Cut): Date {
  const createdAt = new Date(metadata.creationTimestamp ?? '');
  const said = dateOf(metadata.annotations?.[annotation.takenAt]);
  const cut = dateOf(claim === undefined ? cutAt : undefined);
  return [said, isTimeOfCut(cut) ? cut : createdAt].reduce(
    (earliest, one) => (one < earliest ? one : earliest),
    createdAt,
  );
}

/** Invalid for what is not a date. */
function dateOf(text = ''): Date {
  return new Date(text.length <= maximumDate ? text : '');
}

/** Whether it is a backup: one that is marked as failed is none, even if the storage is ready with it after all. */
export function isReady(snapshot: StoredSnapshot): boolean {
  return snapshot.isReadyToUse && snapshot.metadata.deletionTimestamp === undefined && !isFailed(snapshot);
}

/** Whether its backup is known to be none. */
export function isFailed({ metadata }: Labelled): boolean {
  return metadata.annotations?.[annotation.failed] !== undefined;
}
