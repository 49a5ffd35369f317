import { describe, expect, test } from 'vitest';
import { configMaps, volumeSnapshots } from '../../src/kube/resources.ts';
import { createVolumeSnapshot } from '../../src/snapshots/csi.ts';
import { halfBody, reset, silence, status, type Fault } from '../faults/fault.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { testContext } from '../support/context.ts';
import type { ContractServer } from './server.ts';
import { namesOf, Place } from './support.ts';
import { soon, throughFaults, verbsOf } from './through-faults.ts';

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
      const group = `lost-${title.length}`;
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
      const group = `kept-${title.replace(' ', '-')}`;
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
      const error = await rejectionOf(line.kube.create(configMaps, manifest('aborted'), abort));
      expect(error).toBe(abort.signal.reason);
      expect(await countOf('aborted')).toBe(1);
    });
  });
  volumeSnapshotFaults(server);
}

function volumeSnapshotFaults(server: () => ContractServer): void {
  describe('a VolumeSnapshot that we create', () => {
    const place = new Place(server, 'snapshot-faults');
    const { namespace } = place;

    test.each<[string, [string, Fault][], string[]]>([
      ['the answer is lost', [['create', reset('after')]], ['create', 'get']],
      ['half of the answer is lost', [['create', halfBody()]], ['create', 'get']],
      ['it never came to the server', [['create', reset('before')]], ['create', 'get', 'create']],
      ['the server is out of order', [['create', status(500)]], ['create', 'get', 'create']],
      [
        'the look for it fails as well',
        [
          ['create', reset('after')],
          ['get', reset('after')],
        ],
        ['create', 'get', 'get'],
      ],
      [
        'it is not to be seen at first',
        [
          ['create', reset('after')],
          ['get', status(404)],
        ],
        ['create', 'get', 'create', 'get'],
      ],
    ])('is found, and there once, when %s', async (title, faults, verbs) => {
      await using line = await throughFaults(server());
      for (const [verb, fault] of faults) line.faults.inject({ verb, resource: 'volumesnapshots' }, fault);
      const name = title.replaceAll(' ', '-').toLowerCase();
      const found = await createVolumeSnapshot(request(name), testContext(line.kube, line.clock));
      expect(verbsOf(line)).toEqual(verbs);
      const { body } = await place.list(volumeSnapshots, { labelSelector: `name=${name}` });
      expect(body.items).toMatchObject([{ metadata: { name, uid: found.metadata.uid } }]);
    });

    test('is not looked for when its create is refused', async () => {
      await using line = await throughFaults(server());
      line.faults.inject({ verb: 'create' }, status(403, { message: 'not you' }));
      const attempt = createVolumeSnapshot(request('refused'), testContext(line.kube, line.clock));
      await expect(attempt).rejects.toMatchObject({ status: 403, message: 'not you' });
      expect(verbsOf(line)).toEqual(['create']);
    });

    test('that somebody else has made under its name is not taken for ours', async () => {
      await using line = await throughFaults(server());
      const attempt = () => createVolumeSnapshot(request('taken'), testContext(line.kube, line.clock));
      await attempt();
      await expect(attempt()).rejects.toMatchObject({ status: 409, reason: 'AlreadyExists' });
    });

    test('is not waited for when the run is stopped', async () => {
      await using line = await throughFaults(server());
      line.faults.inject({ verb: 'create' }, silence());
      const context = testContext(line.kube, line.clock);
      const attempt = rejectionOf(createVolumeSnapshot(request('stopped'), context));
      await expect.poll(() => line.faults.requests.length).toBe(1);
      context.stop.abort(new Error('SIGTERM'));
      expect(await attempt).toBe(context.signal.reason);
      expect((await place.get(volumeSnapshots, 'stopped')).status).toBe(404);
    });

    /** Of a claim that is not there: it waits for ever. */
    function request(name: string) {
      const className = 'no-such-class';
      return { namespace, name, pvc: 'no-such-claim', className, labels: { name }, annotations: {} };
    }
  });
}
