import type { SeenRequest } from './seen-request.ts';

export type Step =
  /** It came in, and nothing of it has been forwarded. */
  | { readonly phase: 'received' }
  /**
   * The upstream has done it, and nothing has reached the client. Its whole answer is in hand; of a watch the headers,
   * of an exec the 101.
   */
  | { readonly phase: 'answered'; readonly status: number }
  /** A line of a watch, before it is passed on. */
  | { readonly phase: 'event'; readonly line: string }
  /** A frame of an exec, before it is passed on: `in` to the command, `out` from it. `index` counts each way from 0. */
  | {
      readonly phase: 'frame';
      readonly direction: 'in' | 'out';
      readonly channel: number;
      readonly index: number;
      readonly payload: Buffer;
    };

export type HookEvent = Step & { readonly request: SeenRequest };

/**
 * Awaited at every step: while it is pending, nothing of that request passes. When the client is gone afterwards,
 * nothing passes at all. What it throws resets the request, and is thrown again when the proxy is disposed of.
 */
export type Hook = (event: HookEvent) => void | Promise<void>;
