import type { ServerResponse } from 'node:http';
import type { Change } from '../storage/collection.ts';
import { entryOf, objectOf, type Entry } from '../storage/entry.ts';
import type { Store } from '../storage/store.ts';
import { ApiError } from '../objects/api-error.ts';
import { apiVersionOf, placeOf, type Definition } from '../objects/definition.ts';
import { invalidWatch } from './watch-options.ts';
import type { Selection } from './selection.ts';

export interface WatchRequest {
  readonly definition: Definition;
  readonly selection: Selection;
  readonly query: URLSearchParams;
  /** How an object is shown to this client: as its JSON, or as a row of a table. */
  readonly show: (entry: Entry) => string;
}

/** How often a watch that asked for bookmarks gets one while nothing happens, and how long a watch lasts by itself. */
const bookmarkEveryMs = 60_000;
const longestWatchMs = 30 * 60_000;

/** Answers a watch: what is missing since the given resourceVersion, and then each change as it happens. */
export function serveWatch(
  { definition, selection, query, show }: WatchRequest,
  store: Store,
  answer: ServerResponse,
): void {
  const collection = store.collection(placeOf(definition));
  const since = query.get('resourceVersion') ?? '';
  const wantsInitial = query.get('sendInitialEvents') === 'true';
  const wantsBookmarks = query.get('allowWatchBookmarks') === 'true';
  const problem = invalidWatch(query);
  if (problem) throw problem;

  const write = (type: string, object: string): void =>
    void answer.write(`{"type":"${type}","object":${object}}\n`);
  const bookmark = (annotations?: object): void => {
    const metadata = { resourceVersion: String(store.revision), ...(annotations && { annotations }) };
    const { kind } = definition;
    write('BOOKMARK', JSON.stringify({ kind, apiVersion: apiVersionOf(definition), metadata }));
  };
  const tell = (change: Change): void => {
    const told = seenThrough(selection, change);
    if (told) write(told.type, show(told.entry));
  };

  answer.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  if (since === '' || since === '0' || wantsInitial) {
    for (const entry of collection.snapshot(prefixOf(selection)))
      if (selection.matches(entry)) write('ADDED', show(entry));
    if (wantsInitial && wantsBookmarks) bookmark({ 'k8s.io/initial-events-end': 'true' });
  } else {
    const missed = collection.since(Number(since));
    if (!missed) {
      const message = `too old resource version: ${since} (${store.revision})`;
      write('ERROR', JSON.stringify(new ApiError(410, 'Expired', message).status));
      answer.end();
      return;
    }
    for (const change of missed) tell(change);
  }

  const stop = collection.watch(tell);
  const bookmarks = wantsBookmarks ? setInterval(() => bookmark(), bookmarkEveryMs) : undefined;
  const finish = (): void => {
    if (wantsBookmarks) bookmark();
    answer.end();
  };
  const end = setTimeout(
    finish,
    Math.min(Number(query.get('timeoutSeconds') ?? Infinity) * 1000, longestWatchMs),
  );
  answer.once('close', () => {
    stop();
    clearInterval(bookmarks);
    clearTimeout(end);
  });
}

function prefixOf({ namespace }: Selection): string {
  return namespace === undefined ? '' : `${namespace}/`;
}

/** An object that comes into the selection is ADDED for the watcher, one that falls out of it DELETED. */
function seenThrough(
  selection: Selection,
  { type, entry, previous }: Change,
): Pick<Change, 'type' | 'entry'> | undefined {
  if (!entry.key.startsWith(prefixOf(selection))) return undefined;
  const isIn = type !== 'DELETED' && selection.matches(entry);
  const wasIn = previous !== undefined && selection.matches(previous);
  if (isIn) return { type: wasIn ? 'MODIFIED' : 'ADDED', entry };
  if (!wasIn) return undefined;
  // As it was when it still matched, at the version at which it no longer does.
  return {
    type: 'DELETED',
    entry: type === 'DELETED' ? entry : entryOf(objectOf(previous), entry.resourceVersion),
  };
}
