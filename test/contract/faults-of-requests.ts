import { beforeAll, describe, expect, test } from 'vitest';
import { configMaps } from '../../src/kube/resources.ts';
import { delay, halfBody, reset, silence, status } from '../../scripts/faults/fault.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { configMap } from './manifests.ts';
import type { ContractServer } from './server.ts';
import { Place } from './support.ts';
import { soon, throughFaults, type FaultyLine } from './through-faults.ts';

export function requestFaultsContract(server: () => ContractServer): void {
  describe('a request of our client', () => {
    const place = new Place(server, 'request-faults');
    const key = { namespace: place.namespace, name: 'kept' };
    let kept: unknown;

    beforeAll(async () => {
      kept = await place.create(configMaps, configMap('kept'));
    });

    test.each([
      ['a connection that was reset before it', reset('before')],
      ['a connection that was reset before its answer', reset('after')],
      ['a 500', status(500)],
      ['a 503', status(503)],
      ['a 429', status(429)],
      ['half an answer', halfBody()],
    ])('is repeated after %s', async (_, fault) => {
      await using line = await throughFaults(server());
      line.faults.inject({ verb: 'get', times: 2 }, fault);
      expect(await line.kube.get(configMaps, key, soon())).toEqual(kept);
      expect(line.faults.requests).toHaveLength(3);
    });

    test('waits as long as Retry-After asks', async () => {
      await using line = await throughFaults(server());
      line.faults.inject({ verb: 'get' }, status(429, { retryAfterSeconds: 3 }));
      expect(await line.kube.get(configMaps, key, soon())).toEqual(kept);
      expect(line.clock.slept).toContain(3125);
    });

    test('is repeated when there is no answer at its deadline', async () => {
      await using line = await throughFaults(server());
      line.faults.inject({ verb: 'get' }, silence());
      const read = line.kube.get(configMaps, key, soon());
      await untilAsked(line);
      line.clock.advance(30_000);
      expect(await read).toEqual(kept);
      expect(line.faults.requests).toHaveLength(2);
    });

    test('is made once when its answer is only late', async () => {
      await using line = await throughFaults(server());
      line.faults.inject({ verb: 'get' }, delay(100));
      expect(await line.kube.get(configMaps, key, soon())).toEqual(kept);
      expect(line.faults.requests).toHaveLength(1);
    });

    test.each([
      [400, 'BadRequest'],
      [403, 'Forbidden'],
      [404, 'NotFound'],
      [409, 'Conflict'],
      [422, 'Invalid'],
    ])('is not repeated after a %d, whose words are the error', async (code, reason) => {
      await using line = await throughFaults(server());
      line.faults.inject({ times: 2 }, status(code, { message: 'the reason why', name: key.name }));
      const error = { status: code, reason, message: 'the reason why', retryable: false };
      await expect(line.kube.get(configMaps, key, soon())).rejects.toMatchObject(error);
      const patch = { data: { a: 'patched' } };
      await expect(line.kube.patch(configMaps, key, patch, soon())).rejects.toMatchObject(error);
      expect(line.faults.requests).toHaveLength(2);
    });

    test('ends in an error when the server is broken for good', async () => {
      await using line = await throughFaults(server());
      line.faults.inject({ times: Infinity }, status(503, { message: 'no etcd' }));
      const error = { status: 503, message: 'no etcd', retryable: true };
      await expect(line.kube.get(configMaps, key, soon())).rejects.toMatchObject(error);
      expect(line.faults.requests).toHaveLength(7);
    });

    test.each([
      ['nothing answers', silence(), untilAsked],
      [
        'it waits for its next attempt',
        status(429, { retryAfterSeconds: 60 }),
        ({ clock }: FaultyLine) => clock.sleeping(60_125),
      ],
    ])('ends at once when it is aborted while %s', async (_, fault, untilWaiting) => {
      await using line = await throughFaults(server());
      const abort = new AbortController();
      line.faults.inject({ verb: 'get' }, fault);
      const read = rejectionOf(line.kube.get(configMaps, key, { signal: abort.signal }));
      await untilWaiting(line);
      abort.abort(new Error('enough'));
      expect(await read).toBe(abort.signal.reason);
      expect(line.faults.requests).toHaveLength(1);
    });
  });
}

async function untilAsked({ faults }: FaultyLine): Promise<void> {
  await expect.poll(() => faults.requests.length).toBe(1);
}
