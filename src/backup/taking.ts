import type { Context } from '../context.ts';
import type { SnapshotRequest } from '../snapshots/csi.ts';
import type { Undoable } from './rest/undo-log.ts';
import type { Steps } from './steps.ts';

/** A way to take the snapshots of a backup: each for itself, or all as one group. */
export interface Taking {
  /** Whether all must be cut while the app is at rest, or at least together. */
  readonly isOneMoment: boolean;
  /** What has to be discarded when the backup does not come to its end. */
  readonly undo: Partial<Undoable>;
  create(steps: Steps, context: Context): Promise<void>;
  /** Resolves once the volumes may change again; `since` is the clock's, of when the app came to rest. */
  waitUntilCut(timeoutMilliseconds: number, since: number, context: Context): Promise<void>;
  /** The snapshots as the cluster has them, with all their labels. */
  finish(steps: Steps, context: Context): Promise<readonly SnapshotRequest[]>;
}
