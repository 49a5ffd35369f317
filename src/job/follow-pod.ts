import type { Context } from '../context.ts';
import { messageOf } from '../core/errors.ts';
import { Deadline } from '../kube/deadline.ts';
import type { LogOptions } from '../kube/kube.ts';
import type { KubeObject } from '../kube/object.ts';
import { pods } from '../kube/resources.ts';
import { containerOf, isOver, stateOf } from './followed-pod.ts';
import { SeenEnd } from './seen-end.ts';

/** How long a connection may be silent before it is looked whether anything is left of it. */
const silenceMs = 60_000;
const pauseMs = 1000;
/** How often the log of what has ended is asked for, where it always breaks off. */
const maximumFailures = 5;

/** Takes what a container writes, piece by piece. */
export type Print = (bytes: Buffer) => Promise<void>;

/** Prints the log of a pod that has started, each byte once, until its container has ended. Its exit code, where it is known. */
export async function followPod(
  pod: KubeObject,
  print: Print,
  context: Context,
): Promise<number | undefined> {
  const { kube, clock, log, signal } = context;
  const { namespace = '', name = '', uid } = pod.metadata;
  const container = containerOf(pod);
  await using seen = new SeenEnd(pod, container, context);
  let present = pod as KubeObject | undefined;
  let printed = 0;
  let exitCode: number | undefined;
  let failures = 0;
  let isWhole = false;
  while (present && present.metadata.uid === uid && failures < maximumFailures) {
    const state = stateOf(present, container);
    const isLast = state.is === 'ended' || isOver(present);
    if (state.is === 'ended') ({ exitCode } = state);
    const piece = { namespace, pod: name, container, follow: !isLast, printed };
    const part = await printFrom(piece, print, context);
    ({ printed, isWhole } = part);
    if (isLast && isWhole) return exitCode;
    if (isLast) failures++;
    await clock.sleep(pauseMs, signal);
    present = await kube.find(pods, { namespace, name }, { signal });
  }
  if (!present) {
    exitCode = (await seen.ofDeleted()) ?? exitCode;
    if (isWhole && exitCode !== undefined) return exitCode;
  }
  log.warn({ pod: name }, 'the end of the log could not be read');
  return exitCode;
}

interface Piece extends Omit<LogOptions, 'signal'> {
  /** So many bytes of its beginning are left out. */
  readonly printed: number;
}

/** Resolves to how much of the log is printed then, and whether its end was its own. */
async function printFrom(
  { printed: known, ...options }: Piece,
  print: Print,
  { kube, clock, log, signal }: Context,
): Promise<{ readonly printed: number; readonly isWhole: boolean }> {
  using deadline = new Deadline(clock, silenceMs, signal, `log of pod '${options.pod}': nothing`);
  let seen = 0;
  let printed = known;
  let printing = Promise.resolve();
  try {
    for await (const chunk of kube.log({ ...options, signal: deadline.signal })) {
      deadline.touch();
      const fresh = chunk.subarray(Math.max(0, Math.min(printed - seen, chunk.length)));
      seen += chunk.length;
      if (fresh.length === 0) continue;
      printed += fresh.length;
      printing = print(fresh);
      await printing;
    }
    return { printed, isWhole: true };
  } catch (error) {
    signal.throwIfAborted();
    await printing;
    log.debug({ pod: options.pod, reason: messageOf(error) }, 'the log broke off, asking for it again');
    return { printed, isWhole: false };
  }
}
