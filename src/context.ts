import type { Logger } from 'pino';
import type { Kube } from './kube/kube.ts';
import type { Clock, Random } from './core/system.ts';

export type { Clock, Random } from './core/system.ts';

/** Everything that a use case needs from outside; built once in main, passed down, never global. */
export interface Context {
  readonly kube: Kube;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: Random;
  /** Aborted by SIGTERM, SIGINT, a lost lock or a deadline. Cleanup runs on a fresh signal of its own. */
  readonly signal: AbortSignal;
}
