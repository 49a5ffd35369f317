import { beforeAll, describe, expect, test } from 'vitest';
import { configMaps } from '../../src/kube/resources.ts';
import { gone, halfBody, reset, silence, status } from '../../scripts/faults/fault.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { configMap } from './manifests.ts';
import type { ContractServer } from './server.ts';
import { Place } from './support.ts';
import { soon, throughFaults, verbsOf, type FaultyLine } from './through-faults.ts';

const seven = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

export function listFaultsContract(server: () => ContractServer): void {
  describe('a list of our client, page by page', () => {
    const place = new Place(server, 'list-faults');
    const listed = ({ kube }: FaultyLine, { signal } = soon()) =>
      kube.list(configMaps, { namespace: place.namespace, labelSelector: 'listed', limit: 2, signal });
    const add = (name: string) => place.create(configMaps, configMap(name, {}, { labels: { listed: '' } }));

    beforeAll(async () => {
      for (const name of seven) await add(name);
    });

    test.each([
      ['its place is forgotten', gone(), 3, 7],
      ['its last page is forgotten', gone(), 4, 8],
      ['a page is reset before it', reset('before'), 2, 5],
      ['a page is reset after it', reset('after'), 3, 5],
      ['only half of a page comes', halfBody(), 3, 5],
      ['only half of its first page comes', halfBody(), 1, 5],
      ['a page is refused with 500', status(500), 2, 5],
      ['a page is refused with 429', status(429, { retryAfterSeconds: 1 }), 4, 5],
    ])('gives every object once when %s', async (_, fault, nth, requests) => {
      await using line = await throughFaults(server());
      line.faults.inject({ verb: 'list', nth }, fault);
      expect(await namesIn(listed(line))).toEqual(seven);
      expect(verbsOf(line)).toEqual(Array(requests).fill('list'));
    });

    test('gives every object once through one fault after the other', async () => {
      await using line = await throughFaults(server());
      // Every other request; a first page is never forgotten.
      const faults = [reset('after'), halfBody(), gone(), status(503), gone(), reset('before')];
      for (const [index, fault] of faults.entries()) {
        line.faults.inject({ verb: 'list', nth: 1 + 2 * index }, fault);
      }
      expect(await namesIn(listed(line))).toEqual(seven);
    });

    test('that starts again gives what was made meanwhile, and nothing twice', async () => {
      await using line = await throughFaults(server(), async ({ phase, request }) => {
        if (phase === 'received' && request === line.faults.requests[2]) await add('a-later');
      });
      line.faults.inject({ verb: 'list', nth: 3 }, gone());
      expect(await namesIn(listed(line))).toEqual(['a', 'b', 'c', 'd', 'a-later', 'e', 'f', 'g']);
      await place.delete(configMaps, 'a-later');
    });

    test('ends in an error, never early, when a page is refused for good', async () => {
      await using line = await throughFaults(server());
      line.faults.inject({ verb: 'list', nth: 2 }, status(403, { message: 'not any more' }));
      await expect(namesIn(listed(line))).rejects.toMatchObject({ status: 403, message: 'not any more' });
      expect(line.faults.requests).toHaveLength(2);
    });

    test('ends at once when it is aborted between two pages', async () => {
      await using line = await throughFaults(server());
      const abort = new AbortController();
      line.faults.inject({ verb: 'list', nth: 2 }, silence());
      const names = rejectionOf(namesIn(listed(line, { signal: abort.signal })));
      await expect.poll(() => line.faults.requests.length).toBe(2);
      abort.abort(new Error('enough'));
      expect(await names).toBe(abort.signal.reason);
    });
  });
}

async function namesIn(objects: AsyncIterable<{ metadata: { name?: string } }>): Promise<unknown[]> {
  return (await Array.fromAsync(objects)).map(({ metadata }) => metadata.name);
}
