import { describe, expect, it } from 'vitest';
import { claimAt, isReady, mountsClaim, type Pod } from '../../src/pods/pod.ts';

type Spec = NonNullable<Pod['spec']>;
type Mounts = NonNullable<NonNullable<Spec['containers']>[number]['volumeMounts']>;

const volumes: NonNullable<Spec['volumes']> = [
  { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
  { name: 'wal', persistentVolumeClaim: { claimName: 'wal' } },
  { name: 'scratch', ephemeral: { volumeClaimTemplate: {} } },
  { name: 'cache' },
];

function podWith(volumeMounts: Mounts): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'db-0', namespace: 'shop' },
    spec: {
      containers: [
        { name: 'sidecar', volumeMounts: [{ name: 'cache', mountPath: '/data' }] },
        { name: 'postgres', volumeMounts },
      ],
      volumes,
    },
  };
}

describe('the PVC that a path lies on', () => {
  const pod = podWith([
    { name: 'data', mountPath: '/data' },
    { name: 'wal', mountPath: '/data/pg_wal/' },
    { name: 'cache', mountPath: '/data/cache' },
    { name: 'scratch', mountPath: '/scratch' },
  ]);

  it.each([
    ['/data', 'data'],
    ['/data/dumps', 'data'],
    ['/data/pg_wal', 'wal'],
    ['/data/pg_wal/deep/er', 'wal'],
    ['/data/pg_walled', 'data'],
    ['/data/cache/x', undefined],
    ['/database', undefined],
    ['/', undefined],
    ['/scratch/x', 'db-0-scratch'],
  ])('is, for %s, that of the nearest mount above it: %s', (path, claim) => {
    expect(claimAt(pod, 'postgres', path)).toBe(claim);
  });

  it('does not hang on the order of the mounts', () => {
    const reversed = podWith((pod.spec?.containers?.[1]?.volumeMounts ?? []).toReversed());
    expect(claimAt(reversed, 'postgres', '/data/pg_wal/x')).toBe('wal');
  });

  it('is the same for a subPath of the volume', () => {
    const mount: Mounts[number] & { subPath: string } = { name: 'data', mountPath: '/data', subPath: 'pg' };
    expect(claimAt(podWith([mount]), 'postgres', '/data/x')).toBe('data');
  });

  it('may be mounted at the root', () => {
    expect(claimAt(podWith([{ name: 'data', mountPath: '/' }]), 'postgres', '/anywhere')).toBe('data');
  });

  it('is looked for in that container only', () => {
    expect(claimAt(pod, 'sidecar', '/data')).toBeUndefined();
    expect(claimAt(pod, 'other', '/data')).toBeUndefined();
  });
});

it('a pod mounts a PVC by name, or by a volume that it makes for itself', () => {
  const pod = podWith([]);
  expect(['data', 'wal', 'db-0-scratch', 'scratch', 'cache'].map((pvc) => mountsClaim(pod, pvc))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});

describe('a pod is ready', () => {
  const withStatus = (type: string, status: string, deletionTimestamp?: string): Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', ...(deletionTimestamp !== undefined && { deletionTimestamp }) },
    status: { conditions: [{ type, status }] },
  });

  it('when its condition Ready is True', () => {
    expect(isReady(withStatus('Ready', 'True'))).toBe(true);
  });

  it.each([
    ['its containers are, but it is not', withStatus('ContainersReady', 'True')],
    ['it says False', withStatus('Ready', 'False')],
    ['its node is out of reach', withStatus('Ready', 'Unknown')],
    ['it is going away', withStatus('Ready', 'True', '2026-11-20T00:00:00Z')],
    ['it has no status yet', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }],
  ])('not when %s', (_, pod: Pod) => {
    expect(isReady(pod)).toBe(false);
  });
});
