import { describe, expect, it } from 'vitest';
import { findFilesystems } from '../../../src/backup/quiesce/filesystem.ts';
import { pods } from '../../../src/kube/resources.ts';
import { testContext } from '../../support/context.ts';
import { FakeKube } from '../../support/fake-kube.ts';
import { object } from '../../support/objects.ts';

interface GivenPod {
  readonly containers?: readonly string[];
  readonly claim?: string;
  readonly phase?: string;
  readonly ready?: boolean;
}

/** Pods in the order in which they are listed: each container mounts the claim at a path of its own. */
async function findIn(given: Readonly<Record<string, GivenPod>>, wanted?: string, pvcs = ['data']) {
  const kube = new FakeKube();
  for (const [name, pod] of Object.entries(given)) {
    const { containers = ['app'], claim = 'data', phase = 'Running', ready = true } = pod;
    const spec = {
      containers: containers.map((container) => ({
        name: container,
        volumeMounts: [{ name: 'volume', mountPath: `/${container}` }],
      })),
      volumes: [{ name: 'volume', persistentVolumeClaim: { claimName: claim } }],
    };
    const status = { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] };
    kube.put(pods, object('Pod', { name }, { spec, status }));
  }
  return findFilesystems('shop', pvcs, wanted, testContext(kube));
}

const at = (pod: string, container = 'app', pvc = 'data') => ({
  pvc,
  path: `/${container}`,
  container: { namespace: 'shop', pod, container },
});

describe('the filesystem of a PVC is found', () => {
  it.each<[string, Readonly<Record<string, GivenPod>>, string | undefined, readonly object[]]>([
    ['in the pod that mounts it', { a: { claim: 'other' }, b: {} }, undefined, [at('b')]],
    ['in a ready pod before one that is not', { a: { ready: false }, b: {} }, undefined, [at('b')]],
    ['in one that is not ready where there is no other', { a: { ready: false } }, undefined, [at('a')]],
    ['in no pod that does not run', { a: { phase: 'Pending' }, b: { ready: false } }, undefined, [at('b')]],
    ['nowhere where no pod runs', { a: { phase: 'Succeeded' } }, undefined, []],
    ['nowhere where no pod mounts it', { a: { claim: 'other' } }, undefined, []],
    ['in the first container', { a: { containers: ['one', 'two'] } }, undefined, [at('a', 'one')]],
    ['in the container that is wanted', { a: { containers: ['one', 'two'] } }, 'two', [at('a', 'two')]],
    ['in another pod that has it', { a: {}, b: { containers: ['two'] } }, 'two', [at('b', 'two')]],
    ['nowhere where none mounts it, whatever is wanted', { a: { claim: 'other' } }, 'two', []],
  ])('%s', async (_, given, wanted, found) => {
    expect(await findIn(given, wanted)).toEqual({ found });
  });

  it('of each that is asked for, in that order', async () => {
    const given = { a: { claim: 'files' }, b: {} };
    expect(await findIn(given, undefined, ['data', 'none', 'files'])).toEqual({
      found: [at('b'), at('a', 'app', 'files')],
    });
  });

  it('in no other container than the one that is wanted, and all that there are are named', async () => {
    const given = { a: { containers: ['one', 'two'] }, b: { containers: ['one'] } };
    expect(await findIn(given, 'three')).toEqual({
      problems: [
        "No container 'three' mounts PVC 'data' in namespace 'shop'; set ⟪quiesceContainer⟫ to one of: one, two",
      ],
    });
  });
});
