import { isCalendarDate } from '../../snapshots/buckets.ts';
import type { ManagedSnapshot } from '../../snapshots/managed.ts';

/** Whether `mark-and-delete` is to delete it on that day, YYYY-MM-DD in the zone of the dates. */
export function isDue({ deleteAfter, isHeld }: ManagedSnapshot, today: string): boolean {
  return deleteAfter !== undefined && !isHeld && isCalendarDate(deleteAfter) && deleteAfter < today;
}
