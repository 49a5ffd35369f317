import { describe, expect, test } from 'vitest';
import { placeOfPod, resourcesOf, userOfPod } from '../../../src/restore/dump/pod-place.ts';

describe('a pod beside another', () => {
  test('may be pulled by the same secrets, and runs on the same nodes', () => {
    const place = {
      imagePullSecrets: [{ name: 'registry' }, { name: 7 }, 'x'],
      nodeSelector: { disk: 'ssd', odd: { a: 1 } },
      tolerations: [{ key: 'db', operator: 'Exists', tolerationSeconds: 5, odd: [] }],
    };
    expect(placeOfPod({ ...place, serviceAccountName: 'admin', volumes: [{ name: 'x' }] })).toEqual({
      pullSecrets: [{ name: 'registry' }],
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'db', operator: 'Exists', tolerationSeconds: 5 }],
    });
  });

  test.each<[string, unknown, unknown, (number | undefined)?, (number | undefined)?, number?]>([
    ['as the pod says', { runAsUser: 1, runAsGroup: 2, fsGroup: 3 }, {}, 1, 2, 3],
    ['as its container says', { runAsUser: 1, fsGroup: 3 }, { runAsUser: 5 }, 5, 5, 3],
    ['in the group of the user', { runAsUser: 1 }, undefined, 1, 1, 1],
    ['in the group of its volumes alone', { fsGroup: 3 }, {}, undefined, undefined, 3],
  ])('runs %s', (_, pod, container, user, group, volumeGroup) => {
    expect(userOfPod({ securityContext: pod }, { securityContext: container })).toEqual({
      user,
      group,
      volumeGroup,
    });
  });

  test.each<[string, unknown, unknown]>([
    ['where nobody is named', { runAsNonRoot: true }, undefined],
    ['where nothing is said', undefined, {}],
    ['where that is root', { runAsUser: 0, runAsGroup: 0, fsGroup: 0 }, { runAsUser: -1 }],
    ['where that is no id', { runAsUser: '1', runAsGroup: 1.5, fsGroup: 2 ** 53 }, 'x'],
  ])('runs as nobody in particular %s', (_, pod, container) => {
    expect(userOfPod({ securityContext: pod }, { securityContext: container })).toBeUndefined();
  });

  test.each<[unknown, unknown]>([
    [
      { requests: { cpu: '50m', odd: {} }, limits: { cpu: 1 } },
      { requests: { cpu: '50m' }, limits: { cpu: '1' } },
    ],
    [{ limits: {} }, { limits: {} }],
    [{ requests: 'x' }, undefined],
    [undefined, undefined],
  ])('has its resources: %j', (resources, expected) => {
    expect(resourcesOf({ resources })).toEqual(expected);
  });
});
