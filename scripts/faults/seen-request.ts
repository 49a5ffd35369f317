import type { RequestInfo } from '../sandbox/api/request-info.ts';
import type { Fault } from './fault.ts';

/** What became of a request; filled in as it happens. */
export interface Outcome {
  /** The upstream's, whether or not it reached the client; or that of the fault which answered instead. */
  status: number | undefined;
  /** Why the upstream's answer never came or broke off, or what the hook threw; a client that leaves is no error. */
  error: unknown;
}

export interface SeenRequest extends RequestInfo, Readonly<Outcome> {
  readonly fault: Fault | undefined;
}
