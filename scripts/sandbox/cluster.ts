import type { SandboxClock } from './clock.ts';
import type { Objects } from './objects/objects.ts';
import type { Volumes } from './volumes.ts';

/** What the controllers and the kubelet of one sandbox share. */
export interface Cluster {
  readonly objects: Objects;
  readonly clock: SandboxClock;
  readonly volumes: Volumes;
  /** Aborted when the sandbox closes. */
  readonly signal: AbortSignal;
  /** A controller failed, which is a mistake in the sandbox. */
  readonly onFailure: (error: unknown) => void;
}
