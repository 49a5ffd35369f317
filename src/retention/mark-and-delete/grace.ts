import { clockTolerance } from '../../kube/right-clock.ts';
import { calendarDate } from '../../snapshots/buckets.ts';
import { annotation } from '../../snapshots/labels.ts';
import type { ManagedSnapshot } from '../../snapshots/managed.ts';
import type { SweepDecision } from './sweep.ts';
import { waitForGroups } from './groups.ts';

/** What is said of one that must not go yet. */
type Stay = Pick<SweepDecision, 'fate' | 'reason'>;

/**
 * Why a snapshot that is due stays: it was marked less than `milliseconds` ago, whatever the zones of those who mark and delete
 * make of its date. Undefined when nothing stands in the way, as of a date that no mark has set.
 */
export function graceOf(markedAt: number | undefined, now: Date, milliseconds: number): Stay | undefined {
  if (markedAt === undefined) return undefined;
  const age = now.getTime() - markedAt;
  if (Number.isNaN(age) || age < -clockTolerance) {
    const what = Number.isNaN(age) ? 'is no time' : 'is yet to come';
    return {
      fate: 'refuse',
      reason: `its annotation ${annotation.markedAt} ${what}, so nobody knows how long it has been marked; take the annotation away, or the date`,
    };
  }
  if (age >= milliseconds) return undefined;
  return { fate: 'wait', reason: `marked at ${new Date(markedAt).toISOString()}, less than the grace ago` };
}

/**
 * Why a snapshot that is due stays: its date is a day where its backup was made, and that day is not over there, whatever day it
 * is where it is deleted.
 */
function dayOf({ deleteAfter = '', zoneOfDate }: ManagedSnapshot, now: Date): Stay | undefined {
  if (zoneOfDate === undefined || deleteAfter < calendarDate(now, zoneOfDate)) return undefined;
  return { fate: 'wait', reason: `to be deleted after ${deleteAfter}, a day of ${zoneOfDate}` };
}

/** Lets what is due wait until its grace is over, and with it the members of its group. */
export function withGrace(
  decisions: readonly SweepDecision[],
  snapshots: readonly ManagedSnapshot[],
  now: Date,
  milliseconds: number,
): SweepDecision[] {
  const waiting = decisions.map((decision) => {
    if (decision.fate !== 'delete') return decision;
    const { snapshot } = decision;
    return { ...decision, ...(graceOf(snapshot.markedAt, now, milliseconds) ?? dayOf(snapshot, now)) };
  });
  return waitForGroups(waiting, snapshots);
}
