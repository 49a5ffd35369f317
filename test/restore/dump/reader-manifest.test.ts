import { describe, expect, test } from 'vitest';
import { isReader, readerManifest, type ReaderRequest } from '../../../src/restore/dump/reader-manifest.ts';
import { expandVariables } from '../../../scripts/sandbox/pods/expand-variables.ts';
import type { PodSpec } from '../../charts/rendered.ts';
import { restrictedProblems } from '../../charts/pod-security.ts';

const request: ReaderRequest = {
  namespace: 'shop',
  name: 'backup-ns-reader-a',
  snapshot: 'monday',
  purpose: 'restore',
  claim: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: {}, spec: {} },
  owner: 999,
  place: { image: 'backup-ns' },
};

describe('the pod that reads a snapshot', () => {
  const pod = readerManifest(request);
  const { containers } = pod['spec'] as { containers: { command: string[] }[] };

  test('has a command that the kubelet leaves as it is', () => {
    const { command } = containers[0]!;
    expect(command.map((word) => expandVariables(word, new Map()))).toEqual(command);
  });

  test.each([[999], [undefined]])('may run where Pod Security is restricted, as user %s', (owner) => {
    const { spec } = readerManifest({ ...request, owner });
    expect(restrictedProblems(spec as PodSpec)).toEqual([]);
  });

  test('runs as the owner of the files, and else as the CronJob does, or as the cluster wants it', () => {
    const user = { user: undefined, group: undefined, volumeGroup: 7 };
    const userIn = (owner: number | undefined, place = {}) => {
      const made = readerManifest({ ...request, owner, place: { image: 'backup-ns', ...place } });
      const { securityContext } = made['spec'] as { securityContext: Record<string, unknown> };
      const { runAsUser, runAsGroup, fsGroup } = securityContext;
      return [runAsUser, runAsGroup, fsGroup];
    };
    expect(userIn(999, { user })).toEqual([999, 999, undefined]);
    expect(userIn(undefined, { user })).toEqual([undefined, undefined, 7]);
    expect(userIn(undefined)).toEqual([65_532, 65_532, 65_532]);
  });

  test('is known from a pod that somebody gave its label', () => {
    expect(isReader(pod)).toBe(true);
    expect(isReader({ ...pod, metadata: { ...pod.metadata, name: 'db-0' } })).toBe(false);
    expect(isReader({ ...pod, metadata: { ...pod.metadata, labels: {} } })).toBe(false);
    expect(isReader({ ...pod, metadata: { ...pod.metadata, annotations: {} } })).toBe(false);
    const reader = { name: 'reader', image: 'x' };
    for (const spec of [
      undefined,
      { containers: 'x', volumes: null },
      { containers: [reader], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
      { ...(pod['spec'] as object), containers: [{ name: 'app' }] },
    ])
      expect(isReader({ ...pod, spec })).toBe(false);
    // As a mesh makes of it: with its own beside.
    const meshed = { ...(pod['spec'] as object), containers: [{ name: 'istio-proxy' }, reader] };
    expect(isReader({ ...pod, spec: meshed })).toBe(true);
  });
});
