import { describe, expect, it } from 'vitest';
import { findClaims } from '../../src/backup/find-claims.ts';
import { persistentVolumeClaims } from '../../src/kube/resources.ts';
import { testContext } from '../support/context.ts';
import { FakeKube } from '../support/fake-kube.ts';
import { object } from '../support/objects.ts';

const creationTimestamp = '2026-11-01T00:00:00Z';
const bound = { spec: { volumeName: 'pv' }, status: { phase: 'Bound' } };

async function find(claims: Readonly<Record<string, object>>, ...names: string[]) {
  const kube = new FakeKube();
  for (const [name, { metadata, ...fields }] of Object.entries<{ metadata?: object }>(claims))
    kube.put(
      persistentVolumeClaims,
      object('PersistentVolumeClaim', { name, creationTimestamp, ...metadata }, fields),
    );
  return findClaims('shop', names, testContext(kube));
}

describe('a claim that is to be backed up', () => {
  it('is found with its volume and what tells it from others of its name', async () => {
    expect(await find({ data: bound, files: bound }, 'files', 'data')).toEqual({
      found: ['files', 'data'].map((name) => ({
        namespace: 'shop',
        name,
        volume: 'pv',
        uid: `uid-${name}`,
        madeAt: Date.parse(creationTimestamp),
      })),
    });
  });

  it.each([
    ['is not there', {}, "There is no PVC 'data'"],
    ['is not bound', { data: { ...bound, status: { phase: 'Pending' } } }, 'is Pending, not Bound'],
    ['says nothing of itself', { data: { spec: bound.spec } }, 'is without a phase, not Bound'],
    ['has no volume', { data: { ...bound, spec: {} } }, 'is without a volume, not Bound'],
  ])('is a problem when it %s', async (_, claims, words) => {
    expect(await find(claims, 'data')).toEqual({ problems: [expect.stringContaining(words)] });
  });

  it.each([
    ['a uid', { uid: '' }],
    ['a creation time', { creationTimestamp: 'yesterday' }],
  ])('is not believed without %s', async (_, metadata) => {
    await expect(find({ data: { ...bound, metadata } }, 'data')).rejects.toThrow('came without a uid');
  });
});
