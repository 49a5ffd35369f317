import { describe, expect, test } from 'vitest';
import { exhaustively, sampled } from '../support/exhaustive.ts';
import { helm } from './helm.ts';
import { everything, ofKind, cronJobs, podOf, podsOf, rendered, renderedCreate, said } from './rendered.ts';

const digest = `sha256:${'a1'.repeat(32)}`;

const images: readonly (readonly [object, string])[] = [
  [{}, 'ghcr.io/backup-ns/backup-ns:0.1.0'],
  [{ tag: '1.2.3' }, 'ghcr.io/backup-ns/backup-ns:1.2.3'],
  [{ repository: 'localhost:5000/b', digest }, `localhost:5000/b@${digest}`],
  [{ tag: '1.2.3', digest }, `ghcr.io/backup-ns/backup-ns:1.2.3@${digest}`],
];

describe.skipIf(helm === undefined)('the pods of a release', { timeout: 60_000 }, () => {
  test.each(sampled(images, 2))('are of the image that is said: %j', async (image, expected) => {
    const pods = podsOf(await rendered({ ...everything, image }));
    expect(pods.map(({ spec }) => spec.containers[0]?.image)).toEqual(pods.map(() => expected));
    expect(pods).toHaveLength(7);
  });

  exhaustively.test('have the security contexts that are said, whatever their values', async () => {
    const objects = await rendered({
      ...everything,
      podSecurityContext: { runAsUser: null, runAsGroup: 0, fsGroup: 1_000_680_000 },
      containerSecurityContext: { readOnlyRootFilesystem: false, runAsUser: 1_000_680_000 },
    });
    for (const { spec } of podsOf(objects)) {
      expect(spec.securityContext).toEqual({
        runAsNonRoot: true,
        runAsGroup: 0,
        fsGroup: 1_000_680_000,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(spec.containers[0]?.securityContext).toMatchObject({
        readOnlyRootFilesystem: false,
        runAsUser: 1_000_680_000,
        allowPrivilegeEscalation: false,
      });
    }
  });

  test('leave their users and groups to the cluster with one value, as OpenShift wants', async () => {
    const pods = podsOf(await rendered({ ...everything, openshift: true }));
    expect(pods).toHaveLength(7);
    for (const { spec } of pods) {
      expect(spec.securityContext).toEqual({
        runAsNonRoot: true,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      });
    }
  });

  test('have labels and annotations that are said of all objects, and of pods alone, as texts', async () => {
    const objects = await rendered({
      ...everything,
      commonLabels: { cost: 12, 'app.kubernetes.io/instance': 'not-this' },
      commonAnnotations: { note: false, large: 10_000_000 },
      podLabels: { cost: '13', 'app.kubernetes.io/part-of': 'shop' },
      podAnnotations: { 'linkerd.io/inject': 'disabled' },
      networkPolicy: { enabled: true },
    });
    for (const { kind, metadata } of objects) {
      expect({ kind, ...metadata.labels }).toMatchObject({
        cost: '12',
        'app.kubernetes.io/instance': 'backup',
      });
      expect({ kind, ...metadata.annotations }).toMatchObject({ note: 'false', large: '10000000' });
    }
    for (const { spec } of cronJobs(objects)) {
      for (const { labels, annotations } of [
        spec.jobTemplate.metadata,
        spec.jobTemplate.spec.template.metadata,
      ]) {
        expect(labels).toMatchObject({
          cost: '13',
          'app.kubernetes.io/part-of': 'shop',
          'app.kubernetes.io/instance': 'backup',
        });
        expect(annotations).toEqual({ note: 'false', large: '10000000', 'linkerd.io/inject': 'disabled' });
      }
    }
  });

  exhaustively.test('lie in the network policy of their release, and no others', async () => {
    const objects = await rendered({ ...everything, networkPolicy: { enabled: true } });
    const [policy] = ofKind(objects, 'NetworkPolicy');
    const { podSelector } = policy!['spec'] as { podSelector: { matchLabels: Record<string, string> } };
    expect(podSelector.matchLabels).toEqual({
      'app.kubernetes.io/name': 'backup-ns',
      'app.kubernetes.io/instance': 'backup',
    });
    for (const { metadata } of podsOf(objects))
      expect(metadata.labels).toMatchObject(podSelector.matchLabels);
  });

  test('have a volume of lock files where they can have one, and write to no other', async () => {
    const pods = await Promise.all(
      [
        {},
        { kind: 'pvc', claimName: 'locks' },
        { kind: 'hostPath' },
        { kind: 'hostPath', prepare: false },
      ].map(async (locks) => podOf(await renderedCreate({}, { locks }))),
    );
    expect(
      pods.map(({ volumes, initContainers }) => [
        volumes?.map((one) => Object.keys(one).find((key) => key !== 'name')),
        initContainers?.length,
      ]),
    ).toEqual([
      [undefined, undefined],
      [['persistentVolumeClaim'], undefined],
      [['hostPath'], 1],
      [['hostPath'], undefined],
    ]);
    await expect(renderedCreate({}, { locks: { kind: 'pvc' } })).rejects.toThrow('Set locks.claimName to');
  });

  exhaustively.test('have the volumes and variables that are said', async () => {
    const volume = { name: 'password', secret: { secretName: 'backup' } };
    const mount = { name: 'password', mountPath: '/secrets', readOnly: true };
    const extraEnvFrom = [{ secretRef: { name: 'backup' } }];
    const create = { settings: said, extraVolumes: [volume], extraVolumeMounts: [mount], extraEnvFrom };
    for (const locks of [{}, { kind: 'hostPath' }]) {
      for (const { spec } of podsOf(await rendered({ create, locks }))) {
        expect(spec.volumes).toContainEqual(volume);
        expect(spec.containers[0]).toMatchObject({
          volumeMounts: expect.arrayContaining([mount]) as unknown,
          envFrom: extraEnvFrom,
        });
      }
    }
  });

  test('of a test check what a backup stands on, as its account, and change nothing', async () => {
    const objects = await rendered(everything);
    const tests = ofKind(objects, 'Pod');
    expect(tests.map(({ metadata }) => [metadata.name, metadata.annotations?.['helm.sh/hook']])).toEqual(
      [
        ['backup-test-dry-run', 'test'],
        ['backup-files-test-dry-run', 'test'],
      ].map(([name, hook]) => [name?.replace('-test', ''), hook]),
    );
    for (const { spec } of tests)
      expect((spec as { containers: object[] }).containers[0]).toMatchObject({
        args: ['create', '--dry-run'],
      });
    // Whatever its end: an uninstall does not know of it.
    for (const { metadata } of tests)
      expect(metadata.annotations).toMatchObject({
        'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded,hook-failed',
        'helm.sh/hook-output-log-policy': 'hook-failed',
      });
    const { args, ...same } = podOf(objects).containers[0]!;
    expect((tests[0]!['spec'] as { containers: object[] }).containers[0]).toMatchObject(same);
    expect(args).toEqual(['create']);
  });
});
