import { Deadline } from './deadline.ts';
import { requireAsked } from './require-asked.ts';
import { KubeError, errorFromNetwork } from './error.ts';
import type { Call } from './error.ts';
import type { WatchEvent, WatchOptions } from './kube.ts';
import { lines } from './lines.ts';
import { listAll } from './list.ts';
import type { KubeObject } from './object.ts';
import { collectionPath } from './path.ts';
import type { Resource } from './resources.ts';
import { jitter } from './retry.ts';
import type { Transport } from './transport.ts';
import { parseEvent } from './watch-event.ts';
import type { RawEvent } from './watch-event.ts';

const backoff = { baseMs: 500, capMs: 30_000 };
/** A connection that lasted this long was a good one, even if nothing happened on it. */
const goodConnectionMs = 10_000;
/** How much longer than `timeoutSeconds` we wait for the server to end a connection. */
const stallGraceMs = 15_000;

/** What the caller has been told so far. */
interface Progress {
  /** By uid. */
  readonly known: Map<string, KubeObject>;
  /** undefined: list again before watching on. */
  resourceVersion: string | undefined;
}

/** See `Reader.watch`. */
export async function* watch(
  transport: Transport,
  resource: Resource,
  options: WatchOptions,
): AsyncGenerator<WatchEvent> {
  const progress: Progress = { known: new Map(), resourceVersion: undefined };
  for (let failures = 0; ;) {
    const start = transport.clock.monotonic();
    let isProductive = false;
    let asked = 0;
    try {
      if (progress.resourceVersion === undefined) yield* relist(transport, resource, options, progress);
      for await (const event of connect(transport, resource, options, progress)) {
        isProductive = true;
        yield event;
      }
    } catch (error) {
      options.signal.throwIfAborted();
      if (!isCurable(error)) throw error;
      if (error.status === 410) progress.resourceVersion = undefined;
      asked = error.retryAfterMs ?? 0;
    }
    isProductive ||= transport.clock.monotonic() - start >= goodConnectionMs;
    failures = isProductive ? 0 : failures + 1;
    if (failures === 0) continue;
    await transport.clock.sleep(asked + jitter(transport.random, backoff, failures), options.signal);
  }
}

function isCurable(error: unknown): error is KubeError {
  return error instanceof KubeError && (error.retryable || error.status === 410);
}

/** The difference between what was told and what is there now. */
async function* relist(
  transport: Transport,
  resource: Resource,
  options: WatchOptions,
  progress: Progress,
): AsyncGenerator<WatchEvent> {
  const { items, resourceVersion } = await listAll(transport, resource, options);
  const present = new Set(items.map((item) => item.metadata.uid));
  // Deletions first: an object may have been deleted and made again under the same name.
  for (const [uid, object] of progress.known) {
    if (present.has(uid)) continue;
    progress.known.delete(uid);
    yield { type: 'DELETED', object };
  }
  for (const object of items) {
    const told = progress.known.get(uidOf(object));
    if (told && told.metadata.resourceVersion === object.metadata.resourceVersion) continue;
    progress.known.set(uidOf(object), object);
    yield { type: told ? 'MODIFIED' : 'ADDED', object };
  }
  progress.resourceVersion = resourceVersion;
  yield { type: 'BOOKMARK', resourceVersion };
}

/** One connection, until the server ends it (at `timeoutSeconds`, as a rule) or it breaks. */
async function* connect(
  transport: Transport,
  resource: Resource,
  options: WatchOptions,
  progress: Progress,
): AsyncGenerator<WatchEvent> {
  const { namespace, labelSelector, fieldSelector, timeoutSeconds = 120 } = options;
  const path = collectionPath(resource, namespace);
  const query = {
    watch: true,
    allowWatchBookmarks: true,
    resourceVersion: progress.resourceVersion,
    timeoutSeconds,
    labelSelector,
    fieldSelector,
  };
  const limit = timeoutSeconds * 1000 + stallGraceMs;
  using deadline = new Deadline(
    transport.clock,
    limit,
    options.signal,
    `watch of ${path}: no end of the connection`,
  );
  const call = { method: 'GET', path } as const;
  const body = await transport.stream({ ...call, query, signal: deadline.signal });
  const texts = lines(body);
  try {
    for (;;) {
      const next = await nextLine(texts, deadline.signal, call);
      if (next === undefined) return;
      const event = parseEvent(next, call);
      // A bookmark has nothing but a version.
      if (event.type !== 'BOOKMARK') requireAsked(call, { ...resource, namespace }, event.object);
      yield recordEvent(event, progress);
    }
  } finally {
    await texts.return(undefined);
  }
}

async function nextLine(
  texts: AsyncGenerator<string>,
  signal: AbortSignal,
  call: Call,
): Promise<string | undefined> {
  try {
    const { value, done } = await texts.next();
    return done === true ? undefined : value;
  } catch (error) {
    throw signal.aborted ? signal.reason : errorFromNetwork(call, error);
  }
}

function recordEvent({ type, object }: RawEvent, progress: Progress): WatchEvent {
  const resourceVersion = object.metadata.resourceVersion ?? '';
  progress.resourceVersion = resourceVersion;
  switch (type) {
    case 'BOOKMARK':
      return { type, resourceVersion };
    case 'DELETED':
      progress.known.delete(uidOf(object));
      return { type, object };
    default:
      // The server's ADDED also means: the object has begun to match the selector. It may be known from a list.
      return { type: remember(object, progress) ? 'MODIFIED' : 'ADDED', object };
  }
}

function remember(object: KubeObject, { known }: Progress): boolean {
  const wasKnown = known.has(uidOf(object));
  known.set(uidOf(object), object);
  return wasKnown;
}

function uidOf(object: KubeObject): string {
  return object.metadata.uid ?? `${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`;
}
