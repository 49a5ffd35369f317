import { describe, expect, test } from 'vitest';
import { volumeSnapshots } from '../../src/kube/resources.ts';
import { createVolumeSnapshot } from '../../src/snapshots/csi/volume-snapshot.ts';
import { halfBody, reset, silence, status, type Fault } from '../../scripts/faults/fault.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { testContext } from '../support/context.ts';
import type { ContractServer } from './server.ts';
import { Place } from './support.ts';
import { nameFrom, throughFaults, verbsOf } from './through-faults.ts';

export function snapshotFaultsContract(server: () => ContractServer): void {
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
          ['get', status(404, { name: nameFrom('it is not to be seen at first') })],
        ],
        ['create', 'get', 'create', 'get'],
      ],
    ])('is found, and there once, when %s', async (title, faults, verbs) => {
      await using line = await throughFaults(server());
      for (const [verb, fault] of faults) line.faults.inject({ verb, resource: 'volumesnapshots' }, fault);
      const name = nameFrom(title);
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
