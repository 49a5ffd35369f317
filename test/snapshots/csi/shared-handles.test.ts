import { describe, expect, it } from 'vitest';
import { volumeSnapshotContents } from '../../../src/kube/resources.ts';
import type { AnyContent } from '../../../src/snapshots/csi/content-kind.ts';
import { groupApi } from '../../../src/snapshots/csi/group-api.ts';
import { SharedHandles } from '../../../src/snapshots/csi/shared-handles.ts';
import { TestClock } from '../../kube/test-clock.ts';
import { FakeKube, kubeError } from '../../support/fake-kube.ts';
import { object } from '../../support/objects.ts';

const minute = 60_000;
const { signal } = new AbortController();
const groups = groupApi('v1').contents;

function scene() {
  const kube = new FakeKube();
  const clock = new TestClock();
  const put = (name: string, spec: object, status = {}) =>
    kube.put(
      volumeSnapshotContents,
      object('VolumeSnapshotContent', { name }, { spec, status }),
    ) as AnyContent;
  return { kube, clock, put, handles: new SharedHandles({ kube, clock, signal }) };
}

const madeFrom = (snapshotHandle: string) => ({ driver: 'd', source: { snapshotHandle } });

describe('contents that stand for the same data', () => {
  it.each<[string, object, object, boolean]>([
    ['says so in its status', { driver: 'd' }, { snapshotHandle: 'h' }, true],
    ['is made from it', madeFrom('h'), {}, true],
    ['is a group that has it', { driver: 'd' }, { volumeSnapshotInfoList: [{ snapshotHandle: 'h' }] }, true],
    [
      'is a group that is made from it',
      { driver: 'd', source: { groupSnapshotHandles: { volumeSnapshotHandles: ['x', 'h'] } } },
      {},
      true,
    ],
    ['has it of another driver', { driver: 'e' }, { snapshotHandle: 'h' }, false],
    ['has another', { driver: 'd' }, { snapshotHandle: 'i' }, false],
    ['has none', { driver: 'd' }, { snapshotHandle: '' }, false],
    ['is a member of a group of that name', { driver: 'd' }, { volumeGroupSnapshotHandle: 'h' }, false],
  ])('are found when the other one %s', async (_, spec, status, isShared) => {
    const { put, handles } = scene();
    const own = put('own', { driver: 'd' }, { snapshotHandle: 'h' });
    put('other', spec, status);
    expect(await handles.othersOf(own)).toEqual(isShared ? ['other'] : []);
    expect(await handles.othersOf(own, new Set(['other']))).toEqual([]);
  });

  it('are those that are there still, and not on their way to leave it to others', async () => {
    const { kube, put, handles } = scene();
    const own = put('own', madeFrom('h'));
    put('second', madeFrom('h'));
    put('third', madeFrom('h'));
    expect(await handles.othersOf(own)).toEqual(['second', 'third']);
    handles.leaves(volumeSnapshotContents, 'second');
    expect(await handles.othersOf(own)).toEqual(['third']);
    put('third', madeFrom('i'));
    expect(await handles.othersOf(own)).toEqual([]);
    put('third', madeFrom('h'));
    kube.remove(volumeSnapshotContents, 'third');
    expect(await handles.othersOf(own)).toEqual([]);
  });

  it('are not looked for when a content has no data', async () => {
    const { kube, put, handles } = scene();
    expect(await handles.othersOf(put('own', { driver: 'd' }))).toEqual([]);
    expect(kube.calls).toEqual([]);
  });

  it('are listed anew after five minutes', async () => {
    const { clock, put, handles } = scene();
    const own = put('own', madeFrom('h'));
    expect(await handles.othersOf(own)).toEqual([]);
    put('other', madeFrom('h'));
    clock.advance(5 * minute - 1);
    expect(await handles.othersOf(own)).toEqual([]);
    clock.advance(1);
    expect(await handles.othersOf(own)).toEqual(['other']);
  });

  it.each([
    [403, 'may not be listed'],
    [500, 'down'],
  ])('are not known when their list is answered with %s', async (status, words) => {
    const { kube, put, handles } = scene();
    const own = put('own', madeFrom('h'));
    kube.failNext('list volumesnapshotcontents', kubeError(status, 'Reason', 'down'));
    await expect(handles.othersOf(own)).rejects.toThrow(words);
    expect(await handles.othersOf(own)).toEqual([]);
  });

  it('of a group are other groups of it, and what is none of its members', async () => {
    const { kube, put, handles } = scene();
    const spec = { driver: 'd', volumeGroupSnapshotRef: {} };
    const group = (name: string, whole: string) =>
      kube.put(
        groups,
        object(
          'VolumeGroupSnapshotContent',
          { name },
          {
            spec,
            status: { volumeGroupSnapshotHandle: whole, volumeSnapshotInfoList: [{ snapshotHandle: 'h' }] },
          },
        ),
      ) as AnyContent;
    const own = group('own', 'whole');
    put('member', madeFrom('h'));
    expect(await handles.othersOfGroup(own, groups, new Set(['member']))).toEqual([]);
    put('foreign', madeFrom('h'));
    group('again', 'whole');
    const fresh = new SharedHandles({ kube, clock: new TestClock(), signal });
    expect(await fresh.othersOfGroup(own, groups, new Set(['member']))).toEqual(['foreign', 'again']);
  });
});
