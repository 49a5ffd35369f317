import type { ManagedSnapshot } from '../../snapshots/managed.ts';

/** What becomes of a snapshot that has a date to go, and why. */
export interface SweepDecision {
  readonly snapshot: ManagedSnapshot;
  readonly fate: SweepFate;
  readonly reason: string;
  /** The ready snapshot that is left of the volume when all others have gone; undefined when there is none. */
  readonly survivor: ManagedSnapshot | undefined;
  /** It would be deleted, if its group could go. */
  readonly waitsForGroup?: boolean;
}

/** `refuse` needs a person: the date cannot be read, or it is the last backup of its volume. */
export type SweepFate = 'delete' | 'wait' | 'keep' | 'refuse';
