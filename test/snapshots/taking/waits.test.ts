import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { volumeSnapshots } from '../../../src/kube/resources.ts';
import { single } from '../../../src/snapshots/csi/kind.ts';
import { waitUntilAllCut } from '../../../src/snapshots/taking/take-each.ts';
import { waitForMembers } from '../../../src/snapshots/csi/wait-for-members.ts';
import { waitForSnapshot } from '../../../src/snapshots/taking/wait-for-snapshot.ts';
import type { StoredSnapshot } from '../../../src/snapshots/stored.ts';
import type { SnapshotRequest } from '../../../src/snapshots/snapshot-method.ts';
import type { TestClock } from '../../kube/test-clock.ts';
import { testContext } from '../../support/context.ts';
import { FakeKube } from '../../support/fake-kube.ts';
import { object, snapshotObject } from '../../support/objects.ts';

const minute = 60_000;

/** Until it watches, and knows what there is. */
async function watching({ clock }: { readonly clock: TestClock }): Promise<void> {
  await clock.sleeping(minute);
  await setImmediate();
}

function scene() {
  const kube = new FakeKube();
  const context = testContext(kube);
  const put = (name: string, status: object, metadata: object = {}) =>
    kube.put(volumeSnapshots, object('VolumeSnapshot', { name, ...metadata }, { status }));
  return { kube, context, put, words: () => context.lines.map(({ msg, reason }) => reason ?? msg) };
}

describe('a snapshot that is waited for', () => {
  const key = { namespace: 'shop', name: 'night' };
  const isDone = ({ cutAt }: StoredSnapshot) => cutAt !== undefined;
  const wait = ({ context }: ReturnType<typeof scene>) =>
    waitForSnapshot(single, key, 'cut', isDone, minute, context);

  it('is given as soon as it is as it should be, and leaves no deadline', async () => {
    const one = scene();
    one.put('night', {});
    const waiting = wait(one);
    await watching(one.context);
    one.put('night', { creationTime: 'now' });
    expect(await waiting).toMatchObject({ snapshot: { metadata: { name: 'night' } } });
    expect(one.context.clock.asleep).toEqual([]);
  });

  it('is given up when its time is over, with the last words of the storage, each of which is said once', async () => {
    const one = scene();
    one.put('night', { error: { message: 'not yet' } });
    const waiting = wait(one);
    await watching(one.context);
    for (const message of ['not yet', 'no space', undefined]) {
      one.put('night', { error: { message } });
      await setImmediate();
    }
    one.context.clock.advance(minute);
    expect(await waiting).toEqual({ snapshot: undefined, lastError: 'no space' });
    expect(one.words().filter((words) => words === 'not yet' || words === 'no space')).toEqual([
      'not yet',
      'no space',
    ]);
  });

  it.each([
    ['is deleted', ({ kube }: ReturnType<typeof scene>) => kube.remove(volumeSnapshots, 'night')],
    [
      'is being deleted',
      ({ put }: ReturnType<typeof scene>) =>
        put('night', { creationTime: 'now' }, { deletionTimestamp: '2026-11-20T00:00:00Z' }),
    ],
  ])('is an error when it %s', async (_, act) => {
    const one = scene();
    one.put('night', {});
    const waiting = wait(one);
    await watching(one.context);
    act(one);
    await expect(waiting).rejects.toThrow("VolumeSnapshot 'night' in namespace 'shop' was deleted while");
  });

  it('is waited for no longer than the run', async () => {
    const one = scene();
    one.put('night', {});
    const waiting = wait(one);
    await watching(one.context);
    one.context.stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
  });
});

describe('several snapshots that are cut', () => {
  const requests = ['a', 'b'].map((name) => ({ namespace: 'shop', name }) as SnapshotRequest);
  const cut = (...times: string[]) => {
    const one = scene();
    times.forEach((time, index) =>
      one.put(requests[index]?.name ?? '', { creationTime: `2026-11-20T00:00:${time}Z` }),
    );
    one.context.clock.advance(3000);
    return waitUntilAllCut(single, requests, minute, 1000, one.context);
  };

  it('are of one moment when they are no further apart than the app was at rest', async () => {
    await expect(cut('00', '03')).resolves.toBeUndefined();
    await expect(cut('04', '00')).rejects.toThrow("VolumeSnapshots 'a' and 'b' in namespace 'shop' say");
  });
});

describe('the members of a group', () => {
  const group = object('VolumeGroupSnapshot', { name: 'night', uid: 'uid-night' });
  const owner = (uid = 'uid-night', name = 'night') => [
    { apiVersion: 'groupsnapshot.storage.k8s.io/v1', kind: 'VolumeGroupSnapshot', name, uid },
  ];

  function memberScene() {
    const { kube, context } = scene();
    const add = (name: string, claim: string | undefined, metadata: object = {}) => {
      const source = { persistentVolumeClaimName: claim };
      const all = { name, ownerReferences: owner(), ...metadata };
      kube.put(volumeSnapshots, object('VolumeSnapshot', all, { spec: { source } }));
    };
    const wait = (...pvcs: string[]) => waitForMembers(group, pvcs, minute, context);
    return { kube, context, add, wait };
  }

  it('are found by their claims, once all are there', async () => {
    const { context, add, wait } = memberScene();
    add('member-1', 'data');
    add('of-another', 'files', { ownerReferences: owner('uid-other') });
    const waiting = wait('data', 'files');
    await watching(context);
    add('member-1', 'data');
    add('member-2', 'files');
    expect([...(await waiting)]).toEqual([
      ['data', 'member-1'],
      ['files', 'member-2'],
    ]);
    expect(context.clock.asleep).toEqual([]);
  });

  it('that are not there in time are named', async () => {
    const { context, add, wait } = memberScene();
    add('member-1', 'data');
    const waiting = wait('files', 'data', 'logs');
    await watching(context);
    context.clock.advance(minute);
    await expect(waiting).rejects.toThrow("had no member of PVC 'files' and 'logs' after 60 s");
  });

  it.each([
    ['another PVC', 'other', "PVC 'other', which ⟪pvcs⟫ does not have"],
    ['nobody knows what', undefined, 'a volume whose PVC is not known'],
  ])('of %s are an error', async (_, claim, words) => {
    const { add, wait } = memberScene();
    add('member-1', claim);
    await expect(wait('data')).rejects.toThrow(words);
  });

  it('that are deleted meanwhile are an error', async () => {
    const { kube, context, add, wait } = memberScene();
    add('member-1', 'data', { deletionTimestamp: '2026-11-20T00:00:00Z' });
    await expect(wait('data')).rejects.toThrow("'member-1' in namespace 'shop' was deleted");
    add('member-1', 'data');
    const waiting = wait('data', 'files');
    await watching(context);
    kube.remove(volumeSnapshots, 'member-1');
    await expect(waiting).rejects.toThrow("'member-1' in namespace 'shop' was deleted");
  });

  it('are waited for no longer than the run', async () => {
    const { context, wait } = memberScene();
    const waiting = wait('data');
    await watching(context);
    context.stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
  });
});

it('a snapshot that is no object of the store is not waited for', async () => {
  const { kube, context } = scene();
  kube.put(volumeSnapshots, snapshotObject('other'));
  const key = { namespace: 'shop', name: 'none' };
  const waiting = waitForSnapshot(single, key, 'ready', () => true, minute, context);
  await expect(waiting).rejects.toThrow("'none' in namespace 'shop' was deleted");
});
