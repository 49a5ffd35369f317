import type { ServerResponse } from 'node:http';
import { ApiError } from '../objects/api-error.ts';
import { apiVersionOf, placeOf, type Definition } from '../objects/definition.ts';
import type { Change, Collection } from '../storage/collection.ts';
import { entryOf, objectOf, type Entry } from '../storage/entry.ts';
import type { Store } from '../storage/store.ts';
import type { Selection } from './selection.ts';
import { watchOptions } from './watch-options.ts';

export interface WatchRequest {
  readonly definition: Definition;
  readonly selection: Selection;
  readonly query: URLSearchParams;
  /** How an object is shown to this client: as its JSON, or as a row of a table. */
  readonly show: (entry: Entry) => string;
}

/** How often a watch that asked for bookmarks gets one while nothing happens. */
const bookmarkEveryMs = 60_000;

/** Answers a watch: what is missing since the given resourceVersion, and then each change as it happens. */
export function serveWatch(request: WatchRequest, store: Store, answer: ServerResponse): void {
  const { definition, selection, show } = request;
  const { since, wantsPresent, wantsInitialEnd, wantsBookmarks, timeoutMs } = watchOptions(request.query);
  const collection = store.collection(placeOf(definition));
  const write = (type: string, object: string): void =>
    void answer.write(`{"type":"${type}","object":${object}}\n`);
  const bookmark = (annotations?: object): void => {
    if (wantsBookmarks)
      write('BOOKMARK', JSON.stringify(bookmarkOf(definition, store.revision, annotations)));
  };
  const tell = (change: Change): void => {
    const told = seenThrough(selection, change);
    if (told) write(told.type, show(told.entry));
  };

  const begin = wantsPresent ? present(collection, selection) : collection.since(since);
  answer.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  if (!begin) {
    write('ERROR', JSON.stringify(tooOld(since, store.revision).status));
    answer.end();
    return;
  }
  for (const change of begin) tell(change);
  if (wantsInitialEnd) bookmark({ 'k8s.io/initial-events-end': 'true' });

  const stop = collection.watch(tell);
  const bookmarks = setInterval(bookmark, bookmarkEveryMs);
  const end = setTimeout(() => {
    bookmark();
    answer.end();
  }, timeoutMs);
  answer.once('close', () => {
    stop();
    clearInterval(bookmarks);
    clearTimeout(end);
  });
}

function present(collection: Collection, { namespace }: Selection): Change[] {
  const entries = collection.snapshot(prefixOf(namespace));
  return entries.map((entry) => ({
    type: 'ADDED',
    revision: entry.resourceVersion,
    entry,
    previous: undefined,
  }));
}

function bookmarkOf(definition: Definition, revision: number, annotations: object | undefined): object {
  const metadata = { resourceVersion: String(revision), ...(annotations && { annotations }) };
  return { kind: definition.kind, apiVersion: apiVersionOf(definition), metadata };
}

function tooOld(since: number, revision: number): ApiError {
  return new ApiError(410, 'Expired', `too old resource version: ${since} (${revision})`);
}

function prefixOf(namespace: string | undefined): string {
  return namespace === undefined ? '' : `${namespace}/`;
}

/** An object that comes into the selection is ADDED for the watcher, one that falls out of it DELETED. */
function seenThrough(
  selection: Selection,
  { type, entry, previous }: Change,
): Pick<Change, 'type' | 'entry'> | undefined {
  if (!entry.key.startsWith(prefixOf(selection.namespace))) return undefined;
  const isIn = type !== 'DELETED' && selection.matches(entry);
  const wasIn = previous !== undefined && selection.matches(previous);
  if (isIn) return { type: wasIn ? 'MODIFIED' : 'ADDED', entry };
  if (!wasIn) return undefined;
  if (type === 'DELETED') return { type, entry };
  // As it was when it still matched, at the version at which it no longer does.
  return { type: 'DELETED', entry: entryOf(objectOf(previous), entry.resourceVersion) };
}
