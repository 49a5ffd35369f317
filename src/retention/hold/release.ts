import { quoted } from '../../core/quoted.ts';
import type { ReleaseSettings } from './settings.ts';
import { decideMark } from '../mark-and-delete/mark.ts';
import { calendarDate, isCalendarDate } from '../../snapshots/buckets.ts';
import { allOrPartial } from '../../snapshots/bulk/all-or-partial.ts';
import { changeSnapshots } from '../../snapshots/bulk/change-snapshots.ts';
import type { Failure } from '../../snapshots/bulk/in-parallel.ts';
import { annotation, label } from '../../snapshots/labels.ts';
import { type ManagedSnapshot, holdOf, readSnapshot } from '../../snapshots/managed.ts';
import type { SnapshotContext } from '../../snapshots/provider.ts';
import type { Labelled, MetadataPatch, StoredSnapshot } from '../../snapshots/stored.ts';
import { timeZoneOf } from '../../snapshots/time-zone.ts';

export interface ReleaseResult {
  readonly namespace: string;
  readonly released: readonly ReleasedSnapshot[];
  readonly failed: readonly Failure[];
}

interface ReleasedSnapshot {
  readonly name: string;
  readonly pvc: string;
  readonly wasHeld: boolean;
  /** What becomes of it now. */
  readonly next: string;
}

/**
 * Lifts both kinds of hold: the label, and that of a user who took the date of a marked snapshot away. From then on they
 * are as all others. Throws PartialError.
 */
export async function release(settings: ReleaseSettings, context: SnapshotContext): Promise<ReleaseResult> {
  const named = { ...settings, namespace: settings.namespace ?? context.kube.namespace };
  const { before, failed } = await changeSnapshots(named, 'release the snapshot', releasePatch, context);
  const now = context.clock.now();
  const released = before.map((one) => described(one, now));
  return allOrPartial({ namespace: named.namespace, released, failed }, 'released');
}

function releasePatch({ metadata }: Labelled): MetadataPatch | undefined {
  const { labels = {}, annotations = {} } = metadata;
  const hasLabel = labels[label.hold] !== undefined;
  const hasLostDate =
    annotations[annotation.markedAt] !== undefined && labels[label.deleteAfter] === undefined;
  if (!hasLabel && !hasLostDate) return undefined;
  return {
    labels: hasLabel ? { [label.hold]: null } : {},
    ...(hasLostDate && { annotations: { [annotation.markedAt]: null } }),
  };
}

function described(before: StoredSnapshot, now: Date): ReleasedSnapshot {
  const timeZone = timeZoneOf([before]);
  const snapshot = readSnapshot(before, timeZone);
  const { name, pvc, isDeleting } = snapshot;
  const next = isDeleting
    ? 'being deleted already'
    : nextStep({ ...snapshot, isHeld: false, wasMarked: false }, now, timeZone);
  return { name, pvc, wasHeld: holdOf(snapshot) !== undefined, next };
}

/** What the next runs do with a snapshot that nobody holds, for the person who has just let it go. */
export function nextStep(snapshot: ManagedSnapshot, now: Date, timeZone: string): string {
  const { retain, deleteAfter } = snapshot;
  if (deleteAfter !== undefined) return ofDate(deleteAfter, calendarDate(now, timeZone));
  if (retain !== 'daily_weekly_monthly') {
    return `${retain === undefined ? 'not made by backup-ns' : 'without a date'}, so nothing deletes it by itself`;
  }
  const { mark, reason } = decideMark(snapshot, false, { now, today: calendarDate(now, timeZone) });
  return mark
    ? `${reason}, so the next mark-and-delete gives it a date to go, unless it is the newest of its volume`
    : `stays: ${reason}`;
}

function ofDate(date: string, today: string): string {
  if (!isCalendarDate(date)) return `stays: ${quoted(date)} is not a date`;
  if (date >= today) return `deleted after ${date}`;
  return `delete-after ${date} has passed, so the next mark-and-delete deletes it`;
}
