import type { SnapshotRow } from '../catalogue/snapshot-row.ts';
import { humanBytes } from '../core/human-bytes.ts';
import { calendarDate, isCalendarDate } from '../snapshots/buckets.ts';
import { tiers as allTiers, type Tier } from '../snapshots/tiers.ts';
import { harmlessLine } from '../core/terminal-text.ts';
import type { Cell } from './table.ts';

/** What is not known; a cell without anything would move the columns of `awk` and `sort`. */
export function orDash(text: string | undefined): string {
  return text || '-';
}

/** `daily,weekly`, or with their buckets `daily=2026-11-20,weekly=2026-w47`. */
export function tiersText(buckets: Readonly<Partial<Record<Tier, string>>>, wide: boolean): string {
  const standing = allTiers.filter((tier) => buckets[tier] !== undefined);
  return orDash(standing.map((tier) => (wide ? `${tier}=${buckets[tier]}` : tier)).join(','));
}

/** When it goes, or why it does not. */
export function deletionCell(
  { held, deleteAfter, keepUntil }: Pick<SnapshotRow, 'held' | 'deleteAfter' | 'keepUntil'>,
  now: Date,
): Cell {
  if (held === 'date-removed') return { text: 'held (date removed)', colour: 'cyan' };
  if (held === 'odd-label') return { text: 'held (label is odd)', colour: 'yellow' };
  if (held === 'label') return { text: deleteAfter ? `held (${deleteAfter})` : 'held', colour: 'cyan' };
  if (deleteAfter === undefined) {
    const isKept = keepUntil !== undefined && keepUntil >= calendarDate(now, 'UTC');
    return isKept ? { text: `kept until ${keepUntil}`, colour: 'cyan' } : '-';
  }
  if (isCalendarDate(deleteAfter)) return { text: deleteAfter, colour: 'yellow' };
  return { text: `${deleteAfter} (unreadable)`, colour: 'red' };
}

export function sizeText(bytes: number | undefined): string {
  return bytes === undefined ? '-' : humanBytes(bytes);
}

/** As kubectl prints a name, and as our other commands take one. */
export function nameLine({ name }: Pick<SnapshotRow, 'name'>): string {
  return harmlessLine(`volumesnapshot.snapshot.storage.k8s.io/${name}`);
}
