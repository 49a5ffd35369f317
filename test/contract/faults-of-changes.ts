import { describe, expect, test } from 'vitest';
import { configMaps } from '../../src/kube/resources.ts';
import { halfBody, reset, silence, status } from '../../scripts/faults/fault.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { configMap } from './manifests.ts';
import type { ContractServer } from './server.ts';
import { Place } from './support.ts';
import { nameFrom, soon, throughFaults, verbsOf } from './through-faults.ts';

const conflict = { status: 409, reason: 'Conflict', retryable: false };

export function changeFaultsContract(server: () => ContractServer): void {
  describe('a patch of our client', () => {
    const place = new Place(server, 'patch-faults');
    const { namespace } = place;
    const patched = { data: { a: 'patched' } };

    test.each([
      ['reset', reset('after')],
      ['cut in half', halfBody()],
    ])('whose answer is %s is repeated, which changes nothing any more', async (title, fault) => {
      await using line = await throughFaults(server());
      const name = nameFrom(`plain ${title}`);
      await place.create(configMaps, configMap(name));
      line.faults.inject({ verb: 'patch' }, fault);
      const answer = await line.kube.patch(configMaps, { namespace, name }, patched, soon());
      expect(answer).toMatchObject(patched);
      expect(verbsOf(line)).toEqual(['patch', 'patch']);
      expect((await place.get(configMaps, name)).body).toEqual(answer);
    });

    test('on condition of a version is a conflict with itself when its answer is lost', async () => {
      await using line = await throughFaults(server());
      const { metadata } = await place.create(configMaps, configMap('versioned'));
      line.faults.inject({ verb: 'patch' }, reset('after'));
      const conditional = { ...patched, metadata: { resourceVersion: metadata.resourceVersion } };
      const key = { namespace, name: 'versioned' };
      await expect(line.kube.patch(configMaps, key, conditional, soon())).rejects.toMatchObject(conflict);
      expect((await place.get(configMaps, 'versioned')).body).toMatchObject(patched);
    });

    test('on condition of a version does not undo what another did while its answer was lost', async () => {
      await using line = await throughFaults(server(), async ({ phase }) => {
        if (phase === 'answered') await place.patch(configMaps, 'shared', { data: { a: 'theirs' } });
      });
      const { metadata } = await place.create(configMaps, configMap('shared'));
      line.faults.inject({ verb: 'patch' }, reset('after'));
      const conditional = { ...patched, metadata: { resourceVersion: metadata.resourceVersion } };
      const key = { namespace, name: 'shared' };
      await expect(line.kube.patch(configMaps, key, conditional, soon())).rejects.toMatchObject(conflict);
      expect((await place.get(configMaps, 'shared')).body.data).toEqual({ a: 'theirs' });
    });

    test('that is aborted before its answer is not repeated, and may be done', async () => {
      await place.create(configMaps, configMap('aborted'));
      const abort = new AbortController();
      await using line = await throughFaults(server(), ({ phase }) => {
        if (phase === 'answered') abort.abort(new Error('enough'));
      });
      const key = { namespace, name: 'aborted' };
      const attempt = line.kube.patch(configMaps, key, patched, { signal: abort.signal });
      expect(await rejectionOf(attempt)).toBe(abort.signal.reason);
      expect(verbsOf(line)).toEqual(['patch']);
      expect((await place.get(configMaps, 'aborted')).body).toMatchObject(patched);
    });
  });
  deleteFaults(server);
}

function deleteFaults(server: () => ContractServer): void {
  describe('a delete of our client', () => {
    const place = new Place(server, 'delete-faults');
    const { namespace } = place;

    test.each([
      ['by a reset', reset('after')],
      ['by half', halfBody()],
    ])('whose answer is lost %s resolves, for the object is gone', async (title, fault) => {
      await using line = await throughFaults(server());
      const name = nameFrom(title);
      const { metadata } = await place.create(configMaps, configMap(name));
      line.faults.inject({ verb: 'delete' }, fault);
      await line.kube.delete(configMaps, { namespace, name }, { uid: metadata.uid, ...soon() });
      expect(verbsOf(line)).toEqual(['delete', 'delete']);
      expect((await place.get(configMaps, name)).status).toBe(404);
    });

    test('whose answer is lost spares the object that took the name meanwhile', async () => {
      const { metadata } = await place.create(configMaps, configMap('again'));
      let namesake: unknown;
      await using line = await throughFaults(server(), async ({ phase }) => {
        if (phase === 'answered') namesake ??= await place.create(configMaps, configMap('again'));
      });
      line.faults.inject({ verb: 'delete' }, reset('after'));
      const options = { uid: metadata.uid, ...soon() };
      const attempt = line.kube.delete(configMaps, { namespace, name: 'again' }, options);
      await expect(attempt).rejects.toMatchObject(conflict);
      expect((await place.get(configMaps, 'again')).body).toEqual(namesake);
    });

    describe('of an object that a finalizer holds, when its answer is lost,', () => {
      const attempt = async (name: string, condition: 'uid' | 'resourceVersion'): Promise<void> => {
        const finalizers = ['backup-ns.sh/contract'];
        const { metadata } = await place.create(configMaps, configMap(name, {}, { finalizers }));
        await using line = await throughFaults(server());
        line.faults.inject({ verb: 'delete' }, reset('after'));
        const options = { [condition]: metadata[condition], ...soon() };
        await line.kube.delete(configMaps, { namespace, name }, options);
      };
      const letGo = async (name: string): Promise<void> => {
        const { body } = await place.patch(configMaps, name, { metadata: { finalizers: null } });
        expect(body.metadata).toMatchObject({ deletionTimestamp: expect.any(String) });
      };

      test('resolves on condition of its uid', async () => {
        await expect(attempt('held', 'uid')).resolves.toBeUndefined();
        await letGo('held');
      });

      test('is a conflict with itself on condition of its version', async () => {
        await expect(attempt('held-version', 'resourceVersion')).rejects.toMatchObject(conflict);
        await letGo('held-version');
      });
    });

    test('that is aborted before it is made leaves the object alone', async () => {
      await place.create(configMaps, configMap('aborted'));
      await using line = await throughFaults(server());
      const abort = new AbortController();
      line.faults.inject({ verb: 'delete' }, silence());
      const key = { namespace, name: 'aborted' };
      const attempt = rejectionOf(line.kube.delete(configMaps, key, { signal: abort.signal }));
      await expect.poll(() => verbsOf(line)).toEqual(['delete']);
      abort.abort(new Error('enough'));
      expect(await attempt).toBe(abort.signal.reason);
      expect((await place.get(configMaps, 'aborted')).status).toBe(200);
    });

    test.each([403, 409])('that is refused with a %d is not repeated', async (code) => {
      await using line = await throughFaults(server());
      const name = `refused-${code}`;
      await place.create(configMaps, configMap(name));
      line.faults.inject({ verb: 'delete' }, status(code));
      const attempt = line.kube.delete(configMaps, { namespace, name }, soon());
      await expect(attempt).rejects.toMatchObject({ status: code });
      expect((await place.get(configMaps, name)).status).toBe(200);
    });
  });
}
