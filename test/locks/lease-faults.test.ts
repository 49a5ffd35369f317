import { describe, expect, it, vi } from 'vitest';
import { noteAnnotation } from '../../src/locks/lease.ts';
import { halfBody, reset, status, type Fault } from '../../scripts/faults/fault.ts';
import type { HookEvent } from '../../scripts/faults/hook.ts';
import { openLeaseScene, type LeaseScene } from './lease-scene.ts';
import { sampled } from '../support/exhaustive.ts';

const faults: readonly [string, Fault][] = [
  ['is reset before it arrives', reset('before')],
  ['is done and its answer lost', reset('after')],
  ['is answered by half', halfBody()],
  ['is refused with a 500', status(500)],
  ['is refused with a 429', status(429)],
];

/** The life of a lease, with the requests: get, create; patch, patch; get, patch. Then once more: get, patch; get, patch. */
async function live(scene: LeaseScene): Promise<void> {
  const first = await scene.run().acquire();
  await first.setNote('deployment/app 3');
  await first.setNote('deployment/app 4');
  await first.release();
  const second = await scene.run().acquire();
  expect(second.note).toBe('deployment/app 4');
  await second.release();
}

const requests = ['get', 'create', 'patch', 'patch', 'get', 'patch', 'get', 'patch', 'get', 'patch'];

describe('the lease of a namespace', { concurrent: true, timeout: 60_000 }, () => {
  it('has the life that these tests are about', async () => {
    await using scene = await openLeaseScene();
    await live(scene);
    expect(scene.faults.requests.map(({ verb }) => verb)).toEqual(requests);
  });

  const cases = requests.flatMap((verb, index) =>
    faults.map(([what, fault]) => ({ verb, nth: index + 1, what, fault })),
  );

  it.each(sampled(cases, 14))('lives on when request $nth, $verb, $what', async ({ nth, fault }) => {
    await using scene = await openLeaseScene();
    scene.faults.inject({ group: 'coordination.k8s.io', nth }, fault);
    await live(scene);
    const { metadata, spec } = scene.lease()!;
    expect(spec).toMatchObject({ leaseTransitions: 1 });
    expect(spec?.holderIdentity).toBeUndefined();
    expect(metadata.annotations).toEqual({ [noteAnnotation]: 'deployment/app 4' });
  });

  it.each(['get', 'create', 'patch'])(
    'is not kept by a run that is aborted at its first %s',
    async (verb) => {
      const stops: (() => void)[] = [];
      const hook = ({ phase, request }: HookEvent) => {
        if (phase !== 'answered' || request.verb !== verb) return;
        for (const stop of stops.splice(0)) stop();
      };
      await using scene = await openLeaseScene({ hook });
      if (verb === 'patch') await (await scene.run().acquire()).release();
      const run = scene.run();
      stops.push(() => run.stop.abort(new Error('SIGTERM')));
      await expect(run.acquire()).rejects.toThrow('SIGTERM');
      expect(stops).toEqual([]);
      expect(scene.lease()?.spec?.holderIdentity).toBeUndefined();
    },
  );

  it('that another run has taken in the same moment is waited for', async () => {
    let isTold = false;
    const hook = async ({ phase, request }: HookEvent) => {
      if (isTold || phase !== 'received' || request.verb !== 'create') return;
      isTold = true;
      other = await scene.run().acquire({ holder: 'shop/other' });
    };
    let other: Awaited<ReturnType<ReturnType<LeaseScene['run']>['acquire']>> | undefined;
    await using scene = await openLeaseScene({ hook });
    const run = scene.run();
    const waiting = run.acquire();
    await vi.waitUntil(() => run.context.lines.length > 0);
    expect(run.context.lines[0]).toMatchObject({ holder: expect.stringMatching(/^shop\/other_/) });
    await other!.release();
    await using lease = await waiting;
    expect(lease.lost.aborted).toBe(false);
  });

  it('is waited for through a watch that breaks', async () => {
    await using scene = await openLeaseScene();
    const first = await scene.run().acquire();
    scene.faults.inject({ verb: 'watch' }, reset('before'));
    scene.faults.inject({ verb: 'watch', nth: 2 }, { kind: 'goneInWatch' });
    scene.faults.inject({ verb: 'list', nth: 2 }, status(500));
    const waiting = scene.run().acquire();
    await vi.waitUntil(() => scene.faults.requests.filter(({ verb }) => verb === 'watch').length > 2, {
      timeout: 20_000,
    });
    await first.release();
    await using lease = await waiting;
    expect(lease.lost.aborted).toBe(false);
  });
});
