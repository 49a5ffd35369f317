import type { Context } from '../context.ts';
import type { SnapshotRequest } from './csi/volume-snapshot.ts';
import type { Undoable } from '../backup/quiesce/undo-log.ts';
import type { Steps } from '../backup/steps.ts';

/** A way to take the snapshots of a backup: each for itself, or all as one group. */
export interface Taking {
  /** Whether all must be cut while the app is at rest, or at least together. */
  readonly isOneMoment: boolean;
  /** What a run that is killed leaves behind, for its note; the snapshots say it themselves, too. */
  readonly undo: Partial<Undoable>;
  create(steps: Steps, context: Context): Promise<void>;
  /** Resolves once the volumes may change again; `since` is the clock's, of when the app came to rest. */
  waitUntilCut(timeoutMilliseconds: number, since: number, context: Context): Promise<void>;
  /** Once all are cut. The snapshots as the cluster has them, with all their labels. */
  finish(steps: Steps, context: Context): Promise<readonly SnapshotRequest[]>;
  /** Once all are ready: they are a backup now, and say so. */
  complete(context: Context): Promise<void>;
}
