import type { DatedPolicy } from './settings.ts';
import type { Tier } from '../../snapshots/tiers.ts';

/** What `simulate` says at its end. Moments are RFC 3339, dates YYYY-MM-DD in the zone; ages are those at the end. */
export interface SimulationResult {
  /** The first day, and the last. */
  readonly from: string;
  readonly until: string;
  /** When the last day is over. */
  readonly end: string;
  readonly timeZone: string;
  /** Of backups. */
  readonly schedule: string;
  readonly retainSchedule: string;
  readonly markAndDeleteSchedule: string;
  /** Those that backups are labelled with. */
  readonly tiers: readonly Tier[];
  readonly failureRate: number;
  readonly seed: number;
  readonly runs: number;
  /** Of these runs. */
  readonly failed: number;
  /** The first holds from the first day on. */
  readonly policies: readonly DatedPolicy[];
  /** The tiers of the backups and of the policy at the end, the shortest first. */
  readonly perTier: readonly TierFacts[];
  readonly greatestGap: {
    /** Between two neighbours of those at the end, or since the newest of them. */
    readonly atEnd: TimeGap | null;
    /** Of the end of any day, the first one when several are the same. */
    readonly worst: (TimeGap & { readonly seenOn: string }) | null;
  };
  /** From one backup to the next, or to the end. */
  readonly longestWithoutBackup: TimeGap | null;
  /** The most snapshots that there were at once, and the first day of that. */
  readonly peak: { readonly count: number; readonly date: string } | null;
  /** What there is at the end, the newest first. */
  readonly snapshots: readonly PresentSnapshot[];
  readonly days: readonly DayFacts[];
  /** Every snapshot that there ever was, the oldest first. */
  readonly lives: readonly SnapshotLife[];
  /** What is worth knowing besides, one sentence each. */
  readonly notes: readonly string[];
}

export interface TimeGap {
  readonly from: string;
  readonly to: string;
  readonly hours: number;
  readonly days: number;
}

export interface TierFacts {
  readonly tier: Tier;
  /** How many of its buckets the policy keeps at the end. */
  readonly keeps: number;
  /** How many snapshots have its label at the end: more than it keeps when there were backups since retain ran. */
  readonly count: number;
  readonly oldest: { readonly at: string; readonly ageDays: number } | null;
  readonly newest: { readonly at: string; readonly ageDays: number } | null;
  /** Between two neighbours of this tier. */
  readonly greatestGap: TimeGap | null;
}

export interface PresentSnapshot {
  readonly name: string;
  readonly madeAt: string;
  readonly ageDays: number;
  readonly tiers: readonly Tier[];
  /** It is marked, and goes when this day is over. */
  readonly deleteAfter: string | null;
}

/** How a day went, and what there is at its end. */
export interface DayFacts {
  readonly date: string;
  readonly runs: number;
  readonly failed: number;
  readonly kept: number;
  /** At any one time of the day. */
  readonly most: number;
  /** The days that they were made on. */
  readonly oldest: string | null;
  readonly newest: string | null;
  /** Between two neighbours, or since the newest. */
  readonly greatestGapDays: number | null;
}

export interface SnapshotLife {
  readonly name: string;
  readonly madeAt: string;
  /** Of each tier that it was labelled with, when the label was taken; null while it has it. */
  readonly tiers: Partial<Readonly<Record<Tier, string | null>>>;
  readonly deletedAt: string | null;
}
