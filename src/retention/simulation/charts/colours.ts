import type { Tier } from '../../../snapshots/tiers.ts';

/** Readable on white and on black. */
export const colours: Readonly<Record<Tier | 'marked' | 'failed', string>> = {
  last: '#ec4899',
  hourly: '#06b6d4',
  daily: '#3b82f6',
  weekly: '#10b981',
  monthly: '#f59e0b',
  yearly: '#a855f7',
  marked: '#94a3b8',
  failed: '#ef4444',
};
