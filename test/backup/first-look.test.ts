import { expect, test } from 'vitest';
import {
  deployments,
  leases,
  persistentVolumeClaims,
  volumeSnapshotClasses,
} from '../../src/kube/resources.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { object } from '../support/objects.ts';
import { Shop } from './shop.ts';

/** Another backup of the namespace is at work for hours. */
function busyShop(): Shop {
  const shop = new Shop();
  const times = { acquireTime: '2026-11-20T00:00:00.000000Z', renewTime: '2026-11-20T00:00:00.000000Z' };
  const spec = { holderIdentity: 'shop/other_1', leaseDurationSeconds: 7200, ...times };
  shop.kube.put(leases, object('Lease', { name: 'backup-ns' }, { spec }));
  return shop;
}

test.each<[string, (shop: Shop) => unknown, Record<string, string>, RegExp[]]>([
  [
    'a PVC that there is not, and a deployment',
    ({ kube }) => {
      kube.remove(persistentVolumeClaims, 'data');
      kube.remove(deployments, 'db');
    },
    {},
    [/There is no PVC 'data'/, /There is no deployment 'db'/],
  ],
  ['a class that there is not', ({ kube }) => kube.remove(volumeSnapshotClasses, 'fast'), {}, [/class/i]],
  [
    'a misspelt deployment',
    () => {},
    { BAK_DB_POSTGRES_EXEC_RESOURCE: 'deployment/bd' },
    [/There is no deployment 'bd'/],
  ],
  [
    'a misspelt place of a hook',
    () => {},
    { BAK_HOOKS: JSON.stringify([{ name: 'rest', exec: 'deploy/ap', container: 'app', before: ['true'] }]) },
    [/There is no deployment 'ap' .*"exec" of hook 'rest'/],
  ],
])('%s is said before it waits for another backup', async (_, change, settings, words) => {
  const shop = busyShop();
  await change(shop);
  const error = await rejectionOf(shop.backup({ BAK_LEASE_TIMEOUT_SEC: '7200', ...settings }));
  expect(error).toMatchObject({ reason: 'preflight' });
  for (const each of words) expect((error as Error).message).toMatch(each);
  expect(shop.execs).toEqual([]);
});

test('what may become right by waiting is waited for: a pod that is not ready, a database that is down', async () => {
  const shop = busyShop();
  const stop = new AbortController();
  shop.check = { exitCode: 1 };
  const ended = rejectionOf(shop.backup({ BAK_LEASE_TIMEOUT_SEC: '60' }));
  await shop.passTime(65_000);
  stop.abort();
  expect(await ended).toMatchObject({ reason: 'lock' });
  expect(shop.execs).toEqual([]);
});
