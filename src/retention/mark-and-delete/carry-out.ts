import type { Deletions, SnapshotContext, UnfinishedDeletions } from '../../snapshots/provider.ts';
import type { StoredSnapshot } from '../../snapshots/stored.ts';
import { LeftAlone } from '../../core/errors.ts';
import { holdLabelOf } from '../../snapshots/hold-label.ts';
import { markedAtOf } from '../../snapshots/marked-at.ts';
import { annotation, label } from '../../snapshots/labels.ts';
import { requireAsPlanned } from './require-survivor.ts';
import { graceOf } from './grace.ts';
import { unitsOf } from './groups.ts';
import {
  attempt,
  inParallel,
  undoneOf,
  type Miss,
  type SnapshotName,
  type Undone,
} from '../../snapshots/bulk/in-parallel.ts';
import { rotated, Turns } from '../../snapshots/bulk/turns.ts';
import { countsOf } from '../../snapshots/bulk/whose.ts';
import type { ManagedSnapshot } from '../../snapshots/managed.ts';
import type { MarkDecision } from './mark.ts';
import { patchLabels } from '../../snapshots/bulk/patch-labels.ts';
import { PresentRestores } from './restores.ts';
import type { SweepDecision } from './sweep.ts';

/** YYYY-MM-DD, and the zone that it is a day of. */
export interface Day {
  readonly today: string;
  readonly timeZone: string;
}

export interface Marked extends Undone {
  /** Of those that were to be marked. */
  readonly marked: readonly MarkDecision[];
}

/** Gives each snapshot the date after which it goes; what has none at the end gets it from the next run. */
export async function carryOutMarks(
  marks: readonly MarkDecision[],
  { today, timeZone, end }: Day & { /** On the monotonic clock. */ readonly end: number },
  context: SnapshotContext,
): Promise<Marked> {
  const undone = await inParallel(marks, 'mark the snapshot', (decision) => mark(decision), context, end);
  const { failed, skipped, left } = undone;
  if (left.length > 0) {
    const namespaces = countsOf(left.map(({ snapshot }) => snapshot));
    context.log.warn(
      { left: left.length, namespaces },
      'snapshots that were to be marked are left for the next run',
    );
  }
  const missed = new Set([...failed, ...skipped, ...left.map(({ snapshot }) => snapshot)].map(keyOf));
  return { marked: marks.filter(({ snapshot }) => !missed.has(keyOf(snapshot))), failed, skipped };

  async function mark({ snapshot, reason }: MarkDecision): Promise<void> {
    // Of the moment of its own patch: others may have taken hours.
    const markedAt = context.clock.now().toISOString();
    const patch = {
      labels: { [label.deleteAfter]: today },
      annotations: { [annotation.markedAt]: markedAt },
    };
    await patchLabels(snapshot, patch, timeZone, context);
    const { namespace, name } = snapshot;
    context.log.info({ namespace, snapshot: name, deleteAfter: today, reason }, 'marked');
  }
}

export interface Pace {
  readonly graceMilliseconds: number;
  readonly pauseMilliseconds: number;
  readonly maxDeletions: number;
  /** On the monotonic clock: no deletion is begun that could not be finished by then. */
  readonly end: number;
  /** What is gone on with between deletions, without a pause and as one of none. */
  readonly unfinished: UnfinishedDeletions;
  readonly deletions: Deletions;
}

export interface Swept extends Undone {
  readonly deleted: readonly SweepDecision[];
  /** Due, and not looked at in this run: there were too many, or the time was over. */
  readonly left: readonly SweepDecision[];
}

type Unit = readonly SweepDecision[];

/** After so many that could not be deleted, the other snapshots of a namespace wait for the next run. */
const maximumMisses = 20;

/**
 * Deletes one snapshot after the other, with pauses, the namespaces by turns; the members of a group are one, and a group
 * that is larger than a run's share is the whole of it. One that is larger than a namespace's share waits until all others
 * have had theirs. What cannot be deleted takes nothing of the share of others. Rejects only with the signal's reason.
 */
export async function carryOutDeletions(
  due: readonly SweepDecision[],
  { graceMilliseconds, pauseMilliseconds, maxDeletions, end, unfinished, deletions }: Pace,
  context: SnapshotContext,
): Promise<Swept> {
  const { clock, signal, log } = context;
  const turns = new Turns(orderOf(due, context.random.fraction()), namespaceOf, context.random.fraction());
  const share = Math.ceil(maxDeletions / new Set(due.map(({ snapshot }) => snapshot.namespace)).size);
  const deleted: SweepDecision[] = [];
  const misses: Miss[] = [];
  const large: Unit[] = [];
  const restores = new PresentRestores(context);
  let isFirst = true;
  const hasTime = (): boolean => clock.monotonic() + pauseMilliseconds <= end;
  const attemptOn = async (unit: Unit, act: () => Promise<void>): Promise<void> => {
    const [{ snapshot }] = unit as readonly [SweepDecision];
    const miss = await attempt(snapshot, 'delete the snapshot', act, context);
    if (!miss) return;
    misses.push(...unit.map((one) => ({ ...miss, name: one.snapshot.name })));
    const own = misses.filter(({ namespace }) => namespace === snapshot.namespace);
    if (own.length >= maximumMisses) turns.giveUp(snapshot.namespace);
  };
  const take = async (unit: Unit): Promise<void> => {
    if (!isFirst && pauseMilliseconds > 0) await clock.sleep(pauseMilliseconds, signal);
    isFirst = false;
    const start = clock.monotonic();
    await attemptOn(
      unit,
      async () =>
        void deleted.push(...(await remove(unit, graceMilliseconds, { deletions, restores }, context))),
    );
    turns.spent(namespaceOf(unit), clock.monotonic() - start, unit.length);
  };
  /** Without their group, members are as other snapshots, and have turns and pauses of their own. */
  const consider = async (unit: Unit): Promise<void> => {
    if (unit.length === 1) return take(unit);
    let isSplit: boolean | undefined;
    const start = clock.monotonic();
    const snapshots = unit.map(({ snapshot }) => snapshot);
    await attemptOn(unit, async () => void (isSplit = await deletions.isGroupGone(snapshots)));
    const namespace = namespaceOf(unit);
    turns.spent(namespace, clock.monotonic() - start);
    if (isSplit === undefined) return;
    if (isSplit) turns.putFirst(namespace, rotated(alone(unit), context.random.fraction()));
    else if (unit.length > share) large.push(unit);
    else if (unit.length <= maxDeletions - deleted.length) await take(unit);
    else turns.giveUp(namespace);
  };
  // A deletion begun shortly before the end would be cut off by it.
  while (deleted.length < maxDeletions && hasTime()) {
    await unfinished.finishNext();
    const turn = hasTime() ? turns.next() : undefined;
    if (!turn) break;
    await consider(turn.item);
  }
  for (const unit of large) {
    const fits = deleted.length === 0 || unit.length <= maxDeletions - deleted.length;
    if (fits && hasTime()) await take(unit);
  }
  while (clock.monotonic() < end && (await unfinished.finishNext()));
  const looked = new Set([...deleted.map(({ snapshot }) => keyOf(snapshot)), ...misses.map(keyOf)]);
  const left = due.filter(({ snapshot }) => !looked.has(keyOf(snapshot)));
  if (left.length > 0) {
    const namespaces = countsOf(left.map(({ snapshot }) => snapshot));
    log.warn({ left: left.length, namespaces }, 'snapshots that are due are left for the next run');
  }
  const done = new Map(deleted.map((decision) => [decision.snapshot, decision]));
  return {
    deleted: due.flatMap(({ snapshot }) => done.get(snapshot) ?? []),
    left,
    ...undoneOf(misses, unfinished.end()),
  };
}

function alone(unit: Unit): Unit[] {
  return unit.map((one) => [one]);
}

/** Where so many of a namespace may fail that it is given up, it begins elsewhere each time: what can be deleted has its turn. */
function orderOf(due: readonly SweepDecision[], start: number): Unit[] {
  const namespaces = Map.groupBy(unitsOf(due), namespaceOf);
  return [...namespaces.values()].flatMap((own) => (own.length > maximumMisses ? rotated(own, start) : own));
}

function namespaceOf(unit: Unit): string {
  return unit[0]?.snapshot.namespace ?? '';
}

function keyOf({ namespace, name }: SnapshotName): string {
  return `${namespace}/${name}`;
}

/** Gives them with the reason that is true in the end. */
async function remove(
  unit: readonly SweepDecision[],
  graceMilliseconds: number,
  { deletions, restores }: { readonly deletions: Deletions; readonly restores: PresentRestores },
  context: SnapshotContext,
): Promise<readonly SweepDecision[]> {
  const decisions = new Map(unit.map((decision) => [decision.snapshot, decision]));
  const requireWanted = async (snapshot: ManagedSnapshot, present: StoredSnapshot): Promise<void> => {
    const { deleteAfter } = snapshot;
    const { labels = {} } = present.metadata;
    if (holdLabelOf(present) !== undefined) throw new LeftAlone('a user holds it now; it is left as it is');
    if (labels[label.deleteAfter] !== deleteAfter) {
      throw new LeftAlone('a user has changed its date since; the next run looks at it again');
    }
    const stay = graceOf(markedAtOf(present), context.clock.now(), graceMilliseconds);
    if (stay) throw new LeftAlone(`since it was listed: ${stay.reason}`);
    await restores.requireNone(snapshot);
    const survivor = decisions.get(snapshot)?.survivor;
    await requireAsPlanned(snapshot, present, survivor, context);
  };
  const { note: kept } = await deletions.deleteTogether([...decisions.keys()], requireWanted);
  const done = unit.map((one) => (kept === undefined ? one : { ...one, reason: `${one.reason}; ${kept}` }));
  for (const { snapshot, reason } of done) {
    const { namespace, name, group } = snapshot;
    const ofGroup = group === undefined ? {} : { groupSnapshot: group };
    context.log.info({ namespace, snapshot: name, ...ofGroup, reason }, 'deleted');
  }
  return done;
}
