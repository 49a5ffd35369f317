import { beforeAll, describe, expect, test } from 'vitest';
import { pods } from '../../src/kube/resources.ts';
import type { Answer, ContractServer } from './server.ts';
import { Place, namesOf, refusal } from './support.ts';
import { startPod } from './workloads.ts';

export function podsContract(server: () => ContractServer): void {
  describe('a pod', () => {
    const place = new Place(server, 'pods');
    let pod: Answer['body'];
    const select = async (fieldSelector: string) => namesOf(await place.list(pods, { fieldSelector }));

    beforeAll(async () => {
      pod = await startPod(place, 'running');
    });

    test('that runs says so', () => {
      expect(pod).toMatchObject({
        metadata: { generation: 1 },
        spec: {
          nodeName: expect.stringMatching(/./),
          restartPolicy: 'Always',
          serviceAccountName: 'default',
        },
        status: {
          phase: 'Running',
          containerStatuses: [
            {
              name: 'main',
              ready: true,
              restartCount: 0,
              state: { running: { startedAt: expect.any(String) } },
            },
          ],
        },
      });
    });

    test('is selected by its phase and its node', async () => {
      const only = 'metadata.name=running';
      const { nodeName } = pod.spec;
      expect(await select(`${only},status.phase=Running,spec.nodeName=${nodeName}`)).toEqual(['running']);
      expect(await select(`${only},status.phase!=Running`)).toEqual([]);
      expect(await select(`${only},spec.nodeName=elsewhere`)).toEqual([]);
      expect(await place.list(pods, { fieldSelector: 'spec.hostname=x' })).toMatchObject(
        refusal(400, 'BadRequest', 'field label not supported: spec.hostname'),
      );
    });

    test('waits for a claim that does not exist', async () => {
      await place.create(pods, place.server.podManifest(place.namespace, 'waiting', ['no-such-claim']));
      const waiting = await place.untilIs(pods, 'waiting', ({ status }) => status.conditions?.length > 0);
      expect(waiting.status).toMatchObject({
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }],
      });
      expect(waiting.spec.nodeName).toBeUndefined();
      expect(await select('status.phase=Pending,spec.nodeName=')).toEqual(['waiting']);
    });

    test('keeps its containers, and its status is written elsewhere', async () => {
      const [container] = pod.spec.containers;
      const containers = [{ ...container, command: ['false'] }];
      expect(await place.patch(pods, 'running', { spec: { containers } })).toMatchObject(
        refusal(
          422,
          'Invalid',
          expect.stringMatching(
            /^Pod "running" is invalid: spec: Forbidden: pod updates may not change fields/,
          ),
        ),
      );
      const { body } = await place.patch(pods, 'running', { status: { phase: 'Failed' } });
      expect(body.status.phase).toBe('Running');
    });

    test('that is deleted is given its time, and goes when its containers have ended', async () => {
      await startPod(place, 'graceful');
      const before = Date.now();
      const { status, body } = await place.delete(pods, 'graceful', { gracePeriodSeconds: 30 });
      expect(status).toBe(200);
      expect(body).toMatchObject({ kind: 'Pod', metadata: { deletionGracePeriodSeconds: 30 } });
      expect(Date.parse(body.metadata.deletionTimestamp)).toBeGreaterThan(before + 25_000);
      await place.untilGone(pods, 'graceful');
    });

    test('that is deleted without grace is gone at once', async () => {
      await startPod(place, 'forced');
      const { body } = await place.delete(pods, 'forced', { gracePeriodSeconds: 0 });
      expect(body.kind).toBe('Pod');
      expect((await place.get(pods, 'forced')).status).toBe(404);
    });
  });
}
