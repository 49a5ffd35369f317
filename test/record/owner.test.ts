import { expect, test } from 'vitest';
import { cronJobInName, ownerOf } from '../../src/record/involved.ts';
import type { OwnerReference } from '../../src/kube/object.ts';
import { object } from '../support/objects.ts';

const job = { apiVersion: 'batch/v1', kind: 'Job', name: 'nightly-1', uid: 'uid-1', controller: true };
const ownerOfPod = (...ownerReferences: OwnerReference[]) =>
  ownerOf(object('Pod', { name: 'nightly-1-abc', namespace: 'shop', ownerReferences }), 'Job');

test('the owner of a pod is the Job that controls it', () => {
  const other = { ...job, name: 'other', controller: false };
  expect(ownerOfPod(other, job)).toEqual({
    apiVersion: 'batch/v1',
    kind: 'Job',
    namespace: 'shop',
    name: 'nightly-1',
    uid: 'uid-1',
  });
});

test.each<[string, Partial<OwnerReference>]>([
  ['that does not control it', { controller: false }],
  ['of another kind', { kind: 'CronJob' }],
  ['of another group, of a good name', { apiVersion: 'evil.example/v1' }],
  ['of another version, of a good name', { apiVersion: 'batch/v1beta1' }],
  ['of a name that leads elsewhere', { name: '../secrets/token' }],
  ['of no name', { name: '' }],
])('an owner %s is none', (_, change) => {
  expect(ownerOfPod({ ...job, ...change })).toBeUndefined();
});

test.each([
  ['backup-29000000-x7k2p', 'backup'],
  ['a.b-c-29000000-x7k2p', 'a.b-c'],
  ['backup-29000000', undefined],
  ['backup-k0ngx0ab-x7k2p', undefined],
  ['db-0', undefined],
  ['-29000000-x7k2p', undefined],
  [`${'x'.repeat(60)}-29000000-x7k2p`, undefined],
])('the name of pod %s tells of CronJob %s', (pod, cronJob) => {
  expect(cronJobInName(pod)).toBe(cronJob);
});
