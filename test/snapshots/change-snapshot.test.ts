import { expect, it } from 'vitest';
import { changeSnapshot } from '../../src/snapshots/change-snapshot.ts';
import type { MetadataPatch, StoredSnapshot } from '../../src/snapshots/stored.ts';
import type { SnapshotStore } from '../../src/snapshots/provider.ts';
import { kubeError } from '../support/fake-kube.ts';
import { words } from '../support/snapshot-words.ts';

const key = { namespace: 'shop', name: 'night' };
const hold = { labels: { hold: 'true' } };
const kube = undefined as never;
const { signal } = new AbortController();

/** A store of one snapshot, which answers to each patch in turn. */
function storeOf(resourceVersion: string | undefined, answers: readonly (Error | undefined)[]) {
  const patched: unknown[] = [];
  const present = { words, metadata: { ...key, resourceVersion }, isReadyToUse: true } as StoredSnapshot;
  const snapshots = {
    words,
    find: () => Promise.resolve(answers[patched.length - 1]?.message === 'NotFound' ? undefined : present),
    patch: (_: unknown, patch: unknown) => {
      patched.push(patch);
      const answer = answers[patched.length - 1];
      return answer ? Promise.reject(answer) : Promise.resolve();
    },
  } as unknown as SnapshotStore;
  return { context: { kube, signal, snapshots }, patched };
}

it('a snapshot is changed on the condition of the version that was read, again after a conflict', async () => {
  const { context, patched } = storeOf('7', [kubeError(409, 'Conflict'), undefined]);
  expect(await changeSnapshot(key, () => hold, context)).toMatchObject({ metadata: key });
  expect(patched).toEqual([
    { resourceVersion: '7', ...hold },
    { resourceVersion: '7', ...hold },
  ]);
});

it.each([undefined, ''])(
  'a snapshot of version %j is not changed, as that would be no condition',
  async (version) => {
    const { context, patched } = storeOf(version, [undefined]);
    await expect(changeSnapshot(key, () => hold, context)).rejects.toThrow('it came without a version');
    expect(patched).toEqual([]);
  },
);

it('a snapshot that goes between its reading and its change is as one that is not there', async () => {
  const { context } = storeOf('7', [kubeError(404, 'NotFound')]);
  const seen: boolean[] = [];
  const patchFor = (present: StoredSnapshot | undefined): MetadataPatch => {
    seen.push(present !== undefined);
    return hold;
  };
  expect(await changeSnapshot(key, patchFor, context)).toBeUndefined();
  expect(seen).toEqual([true, false]);
});
