import type { Context } from '../context.ts';
import type { ExitReason } from '../core/errors.ts';

/** What one snapshot of a backup is to be. */
export interface SnapshotRequest {
  readonly namespace: string;
  readonly name: string;
  readonly pvc: string;
  readonly className: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The group that it is a member of. */
  readonly group?: string | undefined;
}

/** Runs a step of a backup under its name; a failed call becomes an error of that reason, and `doing` begins its sentence. */
export interface StepRunner {
  run<T>(name: string, reason: ExitReason, doing: string, work: () => Promise<T>): Promise<T>;
}

/** What a run that is killed leaves behind, for its note: names. The snapshots say it themselves, too. */
export interface LeftBehind {
  readonly snapshots?: readonly string[];
  readonly groups?: readonly string[];
}

/** A way to take the snapshots of a backup: each for itself, or all as one group. */
export interface SnapshotMethod {
  /** Whether all must be cut while the app is at rest, or at least together. */
  readonly isSameMoment: boolean;
  readonly undo: LeftBehind;
  create(steps: StepRunner, context: Context): Promise<void>;
  /** Resolves once the volumes may change again; `since` is the clock's, of when the app came to rest. */
  waitUntilCut(timeoutMilliseconds: number, since: number, context: Context): Promise<void>;
  /** Once all are cut. The snapshots as the cluster has them, with all their labels. */
  finish(steps: StepRunner, context: Context): Promise<readonly SnapshotRequest[]>;
  /** Once all are ready: they are a backup now, and say so. */
  complete(context: Context): Promise<void>;
}

export interface MethodOptions {
  /** Whether the app is brought to rest for the snapshots. */
  readonly isAtRest: boolean;
  /** Whether it is waited until they are ready. */
  readonly isAwaited: boolean;
  /** How long those of a group may take to be there. */
  readonly readyTimeoutMilliseconds: number;
}
