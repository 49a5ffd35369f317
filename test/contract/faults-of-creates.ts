import { describe, expect, test } from 'vitest';
import { configMaps } from '../../src/kube/resources.ts';
import { halfBody, reset, status } from '../../scripts/faults/fault.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import type { ContractServer } from './server.ts';
import { namesOf, Place } from './support.ts';
import { nameFrom, soon, throughFaults } from './through-faults.ts';

export function createFaultsContract(server: () => ContractServer): void {
  describe('a create of our client', () => {
    const place = new Place(server, 'create-faults');
    const { namespace } = place;

    /** The server finds a name: made twice, it would be there twice. */
    const manifest = (group: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace, generateName: 'made-', labels: { group } },
    });
    const countOf = async (group: string): Promise<number> => {
      const answer = await place.list(configMaps, { labelSelector: `group=${group}` });
      return namesOf(answer).length;
    };

    test.each([
      ['reset', reset('after')],
      ['cut in half', halfBody()],
    ])('whose answer is %s is an error to repeat, and made its object once', async (title, fault) => {
      await using line = await throughFaults(server());
      const group = nameFrom(`lost ${title}`);
      line.faults.inject({ verb: 'create' }, fault);
      await expect(line.kube.create(configMaps, manifest(group), soon())).rejects.toMatchObject({
        status: 0,
        reason: 'NetworkError',
        retryable: true,
      });
      expect(await countOf(group)).toBe(1);
    });

    test.each([
      ['reset', reset('before')],
      ['a 500', status(500)],
      ['a 503', status(503)],
    ])('that %s kept from the server is an error to repeat, too', async (title, fault) => {
      await using line = await throughFaults(server());
      const group = nameFrom(`kept ${title}`);
      line.faults.inject({ verb: 'create' }, fault);
      const attempt = line.kube.create(configMaps, manifest(group), soon());
      await expect(attempt).rejects.toMatchObject({ retryable: true });
      expect(await countOf(group)).toBe(0);
      expect(line.faults.requests).toHaveLength(1);
    });

    test('is repeated after a 429, which did nothing', async () => {
      await using line = await throughFaults(server());
      line.faults.inject({ verb: 'create', times: 2 }, status(429, { retryAfterSeconds: 1 }));
      await line.kube.create(configMaps, manifest('busy'), soon());
      expect(await countOf('busy')).toBe(1);
    });

    test('that is aborted before its answer may have made its object, once', async () => {
      const abort = new AbortController();
      await using line = await throughFaults(server(), ({ phase }) => {
        if (phase === 'answered') abort.abort(new Error('enough'));
      });
      const error = await rejectionOf(
        line.kube.create(configMaps, manifest('aborted'), { signal: abort.signal }),
      );
      expect(error).toBe(abort.signal.reason);
      expect(await countOf('aborted')).toBe(1);
    });
  });
}
