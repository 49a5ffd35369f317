import { type ManagedSnapshot, holdOf, holdWords, missingSnapshot } from '../../snapshots/managed.ts';
import { named, type SnapshotWords } from '../../snapshots/stored.ts';
import { isDue, survivorsOf } from '../mark-and-delete/sweep.ts';
import type { Failure } from '../../snapshots/bulk/in-parallel.ts';
import { lostBuckets, type LostBucket } from './lost-buckets.ts';
import { stayingMembers, unitOf } from '../mark-and-delete/groups.ts';

/** What becomes of the snapshots that a person named, each in the order of their names. */
export interface DeletionPlan {
  readonly going: readonly Deletion[];
  /** Why the others are left alone, in sentences. */
  readonly refused: readonly Failure[];
}

export interface Deletion {
  readonly snapshot: ManagedSnapshot;
  /** The ready snapshot that is left of the volume when all of these have gone; undefined when there is none. */
  readonly survivor: ManagedSnapshot | undefined;
  /** What of its volume nothing stands for any more when all of these have gone. */
  readonly lost: readonly LostBucket[];
}

export interface DeletionRequest {
  readonly namespace: string;
  readonly names: readonly string[];
  readonly evenTheLast: boolean;
  /** What snapshots are called. */
  readonly words: SnapshotWords;
}

/**
 * Of all snapshots of a namespace, those that were named. Of a volume of which no ready snapshot would be left, the newest
 * backup is refused; a snapshot that this tool has not made is not a backup. `today` is YYYY-MM-DD in the zone of the dates,
 * which is `timeZone`.
 */
export function planDeletion(
  snapshots: readonly ManagedSnapshot[],
  wish: DeletionRequest,
  today: string,
  timeZone: string,
): DeletionPlan {
  const { namespace, names, words } = wish;
  const survivors = findSurvivors(snapshots, wish, today);
  const byName = new Map(snapshots.map((snapshot) => [snapshot.name, snapshot]));
  const going: Candidate[] = [];
  const refused: Failure[] = [];
  for (const name of names) {
    const snapshot = byName.get(name);
    const survivor = snapshot && survivors.get(snapshot);
    const error = snapshot
      ? refusalOf(snapshot, survivor === snapshot)
      : missingSnapshot(words, { namespace, name });
    if (error !== undefined) refused.push({ namespace, name, error });
    else if (snapshot) going.push({ snapshot, survivor });
  }
  const whole = withWholeGroups({ going, refused }, snapshots);
  const leaving = new Set(whole.going.map(({ snapshot }) => snapshot));
  const lost = lostBuckets(snapshots, leaving, timeZone);
  return {
    going: whole.going.map((one) => ({ ...one, lost: lost.get(one.snapshot) ?? [] })),
    refused: whole.refused,
  };
}

type Candidate = Omit<Deletion, 'lost'>;

/** Members of a group go together or not at all. */
function withWholeGroups(
  { going, refused }: { going: readonly Candidate[]; refused: readonly Failure[] },
  snapshots: readonly ManagedSnapshot[],
): { going: readonly Candidate[]; refused: readonly Failure[] } {
  const wanted = new Set(going.map(({ snapshot }) => snapshot));
  const staying = stayingMembers(snapshots, (snapshot) => wanted.has(snapshot));
  const free: Candidate[] = [];
  const waiting: Failure[] = [];
  for (const deletion of going) {
    const { namespace, group, words } = deletion.snapshot;
    const { name } = deletion.snapshot;
    const stays = staying.get(unitOf(deletion.snapshot));
    if (!stays) {
      free.push(deletion);
      continue;
    }
    const members = snapshots.filter((one) => one.namespace === namespace && one.group === group);
    const error = `${named(words, deletion.snapshot)} is a member of ${words.group} '${group}', of which all go together or none does, and '${stays.name}' of PVC '${stays.pvc}' stays; name them all: ${members.map((one) => one.name).join(' ')}`;
    waiting.push({ namespace, name, error });
  }
  return { going: free, refused: [...refused, ...waiting] };
}

/** What is left of each volume; a named one when nothing else would be. */
function findSurvivors(
  snapshots: readonly ManagedSnapshot[],
  { names, evenTheLast }: DeletionRequest,
  today: string,
): Map<ManagedSnapshot, ManagedSnapshot> {
  const named = new Set(names);
  const isWanted = (snapshot: ManagedSnapshot): boolean =>
    named.has(snapshot.name) && holdOf(snapshot) === undefined;
  return survivorsOf(snapshots, {
    goes: (snapshot) => isWanted(snapshot) || isDue(snapshot, today),
    mayStay: (snapshot) => !evenTheLast && isWanted(snapshot),
  });
}

function refusalOf(snapshot: ManagedSnapshot, isLast: boolean): string | undefined {
  const { namespace, name } = snapshot;
  const which = named(snapshot.words, snapshot);
  const hold = holdOf(snapshot);
  if (hold !== undefined) {
    return `${which} is ${holdWords[hold]}; let it go first with: backup-ns release ${name} -n ${namespace}`;
  }
  if (!isLast) return undefined;
  return `${which} is the last ready backup of its volume; make another first, or give ⟪evenTheLast⟫`;
}
