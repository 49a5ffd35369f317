import { describe, expect, test } from 'vitest';
import { configMaps } from '../../src/kube/resources.ts';
import { configMap } from './manifests.ts';
import type { ContractServer, RawWatchEvent } from './server.ts';
import { Place, until, type Query } from './support.ts';

export function watchContract(server: () => ContractServer): void {
  describe('a watch', () => {
    const place = new Place(server, 'watch');
    const create = (name: string, labels = {}) =>
      place.create(configMaps, configMap(name, { a: '1' }, { labels }));
    const setLabel = (name: string, state: string) =>
      place.patch(configMaps, name, { metadata: { labels: { state } } });

    test('sends what happened after its resourceVersion, in order', async () => {
      const resourceVersion = await present(place);
      const first = await create('ordered');
      const { body: second } = await place.patch(configMaps, 'ordered', { data: { a: '2' } });
      await place.delete(configMaps, 'ordered');
      const [added, modified, deleted] = await take(3, open(place, { resourceVersion, ...only('ordered') }));
      expect(added).toEqual({ type: 'ADDED', object: first });
      expect(modified).toEqual({ type: 'MODIFIED', object: second });
      expect(deleted).toMatchObject({ type: 'DELETED', object: { kind: 'ConfigMap', data: { a: '2' } } });
      expect(version(deleted)).toBeGreaterThan(version(modified));
    });

    test('does not repeat its own resourceVersion', async () => {
      const { metadata } = await create('known');
      await place.patch(configMaps, 'known', { data: { a: '2' } });
      const query = { resourceVersion: metadata.resourceVersion, ...only('known') };
      const [event] = await take(1, open(place, query));
      expect(event).toMatchObject({ type: 'MODIFIED', object: { data: { a: '2' } } });
    });

    test('sees an object that leaves its selector as deleted, and one that enters it as added', async () => {
      const resourceVersion = await present(place);
      await create('mover', { state: 'in' });
      const { body: left } = await setLabel('mover', 'out');
      await place.patch(configMaps, 'mover', { data: { unseen: 'yes' } });
      await setLabel('mover', 'in');
      const events = await take(3, open(place, { resourceVersion, labelSelector: 'state=in' }));
      expect(events.map(({ type }) => type)).toEqual(['ADDED', 'DELETED', 'ADDED']);
      // The state in which it still matched, at the version at which it no longer does.
      expect(events[1]!.object.metadata).toMatchObject({
        labels: { state: 'in' },
        resourceVersion: left.metadata.resourceVersion,
      });
      expect(events[2]!.object['data']).toMatchObject({ unseen: 'yes' });
    });

    test.each([{}, { resourceVersion: '0' }])(
      'from %j begins with what is there, as added',
      async (from: Query) => {
        const name = `there-${Object.keys(from).length}`;
        await create(name);
        const events = await freshEvents(place, 2, { ...from, ...only(name) }, async () => {
          await place.patch(configMaps, name, {
            metadata: { labels: { touched: String(performance.now()) } },
          });
        });
        expect(events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED']);
      },
    );

    test('ends after timeoutSeconds', async () => {
      const resourceVersion = await present(place);
      const query = { resourceVersion, timeoutSeconds: '1', ...only('nobody') };
      expect(await take(Infinity, open(place, query))).toEqual([]);
    });

    test('waits for a resourceVersion that is yet to come, in silence', async () => {
      await create('ahead');
      const resourceVersion = String(Number(await present(place)) + 1_000_000);
      const query = { resourceVersion, timeoutSeconds: '1', ...only('ahead') };
      expect(await take(Infinity, open(place, query))).toEqual([]);
    });

    test('sends a bookmark before its end if it is asked to, of changes that it does not show', async () => {
      const query = { resourceVersion: await present(place), timeoutSeconds: '3', ...only('shown') };
      const asked = open(place, { ...query, allowWatchBookmarks: 'true' });
      const unasked = open(place, query);
      await create('shown');
      for (const stream of [asked, unasked]) {
        expect(await take(1, stream, { leaveOpen: true })).toMatchObject([{ type: 'ADDED' }]);
      }
      // Without any change during the watch there may be no bookmark at all.
      const hidden = await create('hidden');
      const [events, others] = await Promise.all([take(Infinity, asked), take(Infinity, unasked)]);
      expect(others).toEqual([]);
      const bookmark = events.at(-1)!;
      expect(bookmark.type).toBe('BOOKMARK');
      expect(bookmark.object).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1' });
      expect(bookmark.object.metadata.name).toBeUndefined();
      expect(version(bookmark)).toBeGreaterThanOrEqual(Number(hidden.metadata.resourceVersion));
    });
  });
}

/** The resourceVersion of now. */
async function present(place: Place): Promise<string> {
  return (await place.list(configMaps, { limit: '1' })).body.metadata.resourceVersion;
}

function only(name: string): Query {
  return { fieldSelector: `metadata.name=${name}` };
}

function version({ object }: RawWatchEvent = { type: '', object: {} as never }): number {
  return Number(object.metadata.resourceVersion);
}

/** Of ConfigMaps; ended after 20 s whatever the server does. */
function open(place: Place, query: Query): AsyncIterator<RawWatchEvent> {
  const path = place.path(configMaps, undefined, { watch: 'true', ...query });
  return place.server.stream(path, AbortSignal.timeout(20_000))[Symbol.asyncIterator]();
}

/** The next `count` events, or fewer when the stream ends before. */
async function take(
  count: number,
  stream: AsyncIterator<RawWatchEvent>,
  { leaveOpen = false } = {},
): Promise<RawWatchEvent[]> {
  const events: RawWatchEvent[] = [];
  while (events.length < count) {
    const { value, done } = await stream.next();
    if (done === true) return events;
    events.push(value);
  }
  if (!leaveOpen) await stream.return?.();
  return events;
}

/**
 * Of a watch that begins with what is there; `change` is made once its first event has come. A server over an old
 * etcd gives it up with a 504 when other kinds of objects were written since the last one of this kind.
 */
function freshEvents(
  place: Place,
  count: number,
  query: Query,
  change: () => Promise<void>,
): Promise<RawWatchEvent[]> {
  return until(
    () => 'a watch that begins',
    async () => {
      const stream = open(place, query);
      const [first] = await take(1, stream, { leaveOpen: true });
      if (first === undefined || first.type === 'ERROR') {
        await change();
        return undefined;
      }
      await change();
      return [first, ...(await take(count - 1, stream))];
    },
  );
}
