import { Readable } from 'node:stream';
import { channel } from '../../src/kube/exec/channels.ts';
import type { Hook, HookEvent } from '../../scripts/faults/hook.ts';

/** A process in a pod, which our client knows by its number before it does anything. */
export interface HeldExec {
  /** To begin with; it waits for `stdin` and says the number of its shell. */
  readonly script: string;
  readonly stdin: Readable;
  /** For the proxy on the way there; it looks at the first exec alone. */
  readonly hook: Hook;
  readonly pid: Promise<string>;
}

/**
 * The output of an exec and its client's notice of which process it is come on two channels, in any order. Here the
 * notice is first. With `isSilent` nothing passes from then on.
 */
export function heldExec({ isSilent = false } = {}): HeldExec {
  const known = Promise.withResolvers<void>();
  const pid = Promise.withResolvers<string>();
  const go = async function* (): AsyncGenerator<string> {
    await known.promise;
    yield 'go\n';
  };
  const look = ({ direction, channel: from, payload }: FrameEvent): Promise<void> | undefined => {
    if (direction === 'in' || payload.length === 0) return undefined;
    if (from === channel.stderr) known.resolve();
    if (from !== channel.stdout) return undefined;
    pid.resolve(String(payload).split('\n')[0] ?? '');
    return isSilent ? new Promise(() => {}) : undefined;
  };
  let first: unknown;
  const hook: Hook = (event) => {
    first ??= event.request;
    return event.request === first && event.phase === 'frame' ? look(event) : undefined;
  };
  return { script: 'read go; echo $$', stdin: Readable.from(go()), hook, pid: pid.promise };
}

type FrameEvent = Extract<HookEvent, { phase: 'frame' }>;
