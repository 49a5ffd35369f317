import { failure } from './failure.ts';
import type { Failure, FailureWords } from './failure.ts';

/** What happens to a request. Faults for watches strike only watches, faults for execs only exec and attach. */
export type Fault =
  | { readonly kind: 'status'; readonly failure: Failure }
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  | { readonly kind: 'halfBody' }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'silence' }
  | { readonly kind: 'goneInWatch' }
  | { readonly kind: 'cutWatch'; readonly afterEvents: number }
  | { readonly kind: 'execDrop'; readonly afterBytes: number }
  | { readonly kind: 'execNoStatus' }
  | { readonly kind: 'execTruncate'; readonly bytes: number }
  | { readonly kind: 'execHang' };

/** This answer, a `Status`, also instead of an upgrade; the upstream never sees the request. */
export const status = (code: number, words?: FailureWords): Fault => ({
  kind: 'status',
  failure: failure(code, words),
});

/** 410 Expired: a resourceVersion or a continue token that the server has forgotten. */
export const gone = (): Fault => status(410);

/** A connection reset: before, the upstream never saw the request; after, it did it, and its answer is lost. */
export const reset = (when: 'before' | 'after'): Fault => ({ kind: 'reset', when });

/** The upstream's status and headers, with the full length, but only half of the body. Not for watches and execs. */
export const halfBody = (): Fault => ({ kind: 'halfBody' });

/** Forwarded only after this long, by the wall clock. */
export const delay = (ms: number): Fault => ({ kind: 'delay', ms });

/** Neither forwarded nor answered, until the client gives up. */
export const silence = (): Fault => ({ kind: 'silence' });

/** A watch that begins well and whose only event is the ERROR of a 410; the upstream never sees it. */
export const goneInWatch = (): Fault => ({ kind: 'goneInWatch' });

/** A watch that is reset after this many lines, or where it ends before. */
export const cutWatch = (afterEvents: number): Fault => ({ kind: 'cutWatch', afterEvents });

/** The connection ends after this many bytes of stdout and stderr together, without a closing handshake. */
export const execDrop = (afterBytes: number): Fault => ({ kind: 'execDrop', afterBytes });

/** All output, and a clean close (1000), but no status. */
export const execNoStatus = (): Fault => ({ kind: 'execNoStatus' });

/** Only this many bytes of stdout, and yet the true status: https://github.com/kubernetes/kubernetes/issues/124571 */
export const execTruncate = (bytes: number): Fault => ({ kind: 'execTruncate', bytes });

/** The command starts and gets its stdin, but nothing comes back; the connection stays open and answers pings. */
export const execHang = (): Fault => ({ kind: 'execHang' });
