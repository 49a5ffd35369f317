import { calendarDate, isCalendarDate } from '../../snapshots/buckets.ts';
import type { ManagedSnapshot } from '../../snapshots/managed.ts';
import { quoted } from '../../core/quoted.ts';
import { decideMark } from '../mark-and-delete/mark.ts';

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
  if (!isCalendarDate(date)) return `stays: ${quoted(date)} is no date`;
  if (date >= today) return `deleted after ${date}`;
  return `its day, ${date}, is past, so the next mark-and-delete deletes it`;
}
