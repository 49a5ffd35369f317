import { expect, test, vi } from 'vitest';
import type { OwnerReference } from '../../src/kube/object.ts';
import { status } from '../../scripts/faults/fault.ts';
import { jobs, leases, pods } from '../../scripts/sandbox/objects/kinds.ts';
import { object } from '../support/objects.ts';
import { openLeaseScene, type LeaseScene } from './lease-scene.ts';

/** A Job and its pod, which do nothing. */
function owners({ sandbox }: LeaseScene, name: string): OwnerReference[] {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'create', image: 'none' }] } };
  const job = sandbox.objects.create(jobs, 'shop', {
    ...object('Job', { name }, { spec: { suspend: true, template } }),
    apiVersion: 'batch/v1',
  });
  sandbox.load(pods, [object('Pod', { name: `${name}-abc`, uid: `uid-${name}` }, { spec: template.spec })]);
  return [
    { apiVersion: 'batch/v1', kind: 'Job', name, uid: job.metadata.uid ?? '' },
    { apiVersion: 'v1', kind: 'Pod', name: `${name}-abc`, uid: `uid-${name}` },
  ];
}

const ownersOf = (scene: LeaseScene) => scene.lease()?.metadata.ownerReferences;
const end = ({ sandbox }: LeaseScene, kind: 'Job' | 'Pod', name: string) =>
  kind === 'Job'
    ? sandbox.objects.delete(jobs, 'shop', name)
    : sandbox.objects.delete(pods, 'shop', `${name}-abc`, { gracePeriodSeconds: 0 });
const settle = () => new Promise((resolve) => setTimeout(resolve, 100));

test.each([
  ['Job', 'Pod'],
  ['Pod', 'Job'],
] as const)(
  'a lease stays while its %s is gone, and goes when its %s is gone, too',
  async (first, second) => {
    await using scene = await openLeaseScene();
    await scene.run().acquire({ owners: owners(scene, 'one') });
    end(scene, first, 'one');
    await settle();
    expect(scene.lease()).toBeDefined();
    end(scene, second, 'one');
    await vi.waitFor(() => expect(scene.lease()).toBeUndefined());
  },
);

test('a lease that was released goes with its last holder', async () => {
  await using scene = await openLeaseScene();
  await (await scene.run().acquire({ owners: owners(scene, 'one') })).release();
  end(scene, 'Job', 'one');
  end(scene, 'Pod', 'one');
  await vi.waitFor(() => expect(scene.lease()).toBeUndefined());
});

test('a lease has the owners of its present holder only, and one that is taken by hand has none', async () => {
  await using scene = await openLeaseScene();
  const [first, second] = [owners(scene, 'one'), owners(scene, 'two')];
  await (await scene.run().acquire({ owners: first })).release();
  expect(ownersOf(scene)).toEqual(first);
  const held = await scene.run().acquire({ owners: second });
  expect(ownersOf(scene)).toEqual(second);
  for (const kind of ['Job', 'Pod'] as const) end(scene, kind, 'one');
  await settle();
  expect(held.lost.aborted).toBe(false);
  await held.release();
  await scene.run().acquire();
  for (const kind of ['Job', 'Pod'] as const) end(scene, kind, 'two');
  await settle();
  expect(ownersOf(scene)).toBeUndefined();
  expect(scene.lease()?.spec?.holderIdentity).toBeDefined();
});

test('a lease with a note of what is to be undone has no owners until it is undone', async () => {
  await using scene = await openLeaseScene();
  const [first, second] = [owners(scene, 'one'), owners(scene, 'two')];
  const killed = await scene.run().acquire({ owners: first });
  await killed.setNote('frozen');
  expect(ownersOf(scene)).toBeUndefined();
  await killed.release();
  for (const kind of ['Job', 'Pod'] as const) end(scene, kind, 'one');
  await settle();
  const next = await scene.run().acquire({ owners: second });
  expect(next.note).toBe('frozen');
  expect(ownersOf(scene)).toBeUndefined();
  await next.setNote(undefined);
  expect(ownersOf(scene)).toEqual(second);
});

test('a lease with a note that no run needs goes with its owners', async () => {
  await using scene = await openLeaseScene();
  const killed = await scene.run().acquire({ owners: owners(scene, 'one') });
  await killed.setNote('snapshots', false);
  for (const kind of ['Job', 'Pod'] as const) end(scene, kind, 'one');
  await vi.waitFor(() => expect(scene.lease()).toBeUndefined());
});

test('a lease whose owners nobody may name is taken without', async () => {
  await using scene = await openLeaseScene();
  const words = { message: 'cannot set an ownerRef on a resource you cannot delete', reason: 'Forbidden' };
  scene.faults.inject({ verb: 'create', resource: 'leases' }, status(403, words));
  const held = await scene.run().acquire({ owners: owners(scene, 'one') });
  expect(ownersOf(scene)).toBeUndefined();
  await held.setNote('frozen');
  await held.setNote(undefined);
  expect(ownersOf(scene)).toBeUndefined();
});

test('the time of a run that learns after its waiting that it may name no owners is one', async () => {
  await using scene = await openLeaseScene();
  await scene.run().acquire({ holder: 'shop/first' });
  const run = scene.run();
  const waiting = run.acquire({ owners: owners(scene, 'one'), timeoutMilliseconds: 60_000 });
  await vi.waitUntil(() =>
    scene.faults.requests.some(({ verb, status: code }) => verb === 'watch' && code === 200),
  );
  run.context.clock.advance(30_000);
  scene.faults.inject({ verb: 'patch', resource: 'leases' }, status(403));
  scene.change(({ spec }) => void ((spec as { holderIdentity?: string }).holderIdentity = ''));
  const outcome = await waiting;
  expect(ownersOf(scene)).toBeUndefined();
  expect(outcome.waitedMilliseconds).toBeGreaterThanOrEqual(30_000);
});

test('a lease that goes with another run is not taken by one that may not change that', async () => {
  await using scene = await openLeaseScene();
  await (await scene.run().acquire({ owners: owners(scene, 'one') })).release();
  const { sandbox } = scene;
  for (let time = 0; time < 3; time++)
    scene.faults.inject({ verb: 'patch', resource: 'leases' }, status(403));
  await expect(scene.run().acquire({ owners: owners(scene, 'two') })).rejects.toMatchObject({
    reason: 'lock',
  });
  expect(sandbox.objects.get(leases, 'shop', 'backup-ns')).not.toMatchObject({
    spec: { holderIdentity: expect.anything() as unknown },
  });
});
