import { expect, it } from 'vitest';
import { ownersOfLease } from '../../src/backup/owners-of-lease.ts';
import { jobs, leases, pods } from '../../src/kube/resources.ts';
import { kubeError } from '../support/fake-kube.ts';
import { object } from '../support/objects.ts';
import { Shop } from './shop.ts';

const owner = (kind: string, name: string) => ({
  ownerReferences: [{ apiVersion: 'batch/v1', kind, name, uid: `uid-${name}`, controller: true }],
});

function scheduledShop(): Shop {
  const shop = new Shop();
  shop.kube.put(pods, object('Pod', { name: 'nightly-1-abc', ...owner('Job', 'nightly-1') }));
  shop.kube.put(jobs, object('Job', { name: 'nightly-1', ...owner('CronJob', 'nightly') }));
  return shop;
}

it('the lease of a backup goes with its Job and its pod', async () => {
  const shop = scheduledShop();
  await shop.backup({ BAK_LABEL_VS_POD: 'nightly-1-abc' });
  expect(shop.kube.all(leases).map(({ metadata }) => metadata.ownerReferences)).toEqual([
    [
      { apiVersion: 'batch/v1', kind: 'Job', name: 'nightly-1', uid: 'uid-nightly-1' },
      { apiVersion: 'v1', kind: 'Pod', name: 'nightly-1-abc', uid: 'uid-nightly-1-abc' },
    ],
  ]);
});

it('the lease of a backup by hand, or of another namespace, or of a pod without a Job, stays', async () => {
  const shop = scheduledShop();
  const { context } = shop;
  shop.kube.put(pods, object('Pod', { name: 'alone' }));
  expect(await ownersOfLease('shop', undefined, context)).toEqual([]);
  expect(await ownersOfLease('other', 'nightly-1-abc', context)).toEqual([]);
  expect(await ownersOfLease('shop', 'alone', context)).toEqual([]);
  expect(await ownersOfLease('shop', 'nobody', context)).toEqual([]);
  // No API server gives one: then the lease would name an owner that nobody finds.
  const metadata = { name: 'odd', ...owner('Job', 'nightly-1'), uid: undefined };
  shop.kube.put(pods, { ...object('Pod', { name: 'odd' }), metadata: metadata as never });
  expect(await ownersOfLease('shop', 'odd', context)).toEqual([]);
});

it('a pod that may not be looked at does not keep a backup from its lease', async () => {
  const shop = scheduledShop();
  shop.kube.failNext('get pods', kubeError(403, 'Forbidden'));
  expect(await ownersOfLease('shop', 'nightly-1-abc', shop.context)).toEqual([]);
});
