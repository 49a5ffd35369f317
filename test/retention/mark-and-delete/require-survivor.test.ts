import { describe, expect, it } from 'vitest';
import { volumeSnapshots } from '../../../src/kube/resources.ts';
import { requireAsPlanned } from '../../../src/retention/mark-and-delete/require-survivor.ts';
import { annotation, label } from '../../../src/snapshots/labels.ts';
import { readSnapshot, type ManagedSnapshot } from '../../../src/snapshots/managed.ts';
import { stored } from '../../../src/snapshots/csi/volume-snapshot.ts';
import { testContext } from '../../support/context.ts';
import { FakeKube } from '../../support/fake-kube.ts';
import { snapshotObject } from '../../support/objects.ts';

const ours = { [label.retain]: 'daily_weekly_monthly', [label.pvc]: 'data' };
function snapshotOf(...given: Parameters<typeof snapshotObject>) {
  const made = snapshotObject(...given);
  const more = { uid: 'uid', resourceVersion: '1', creationTimestamp: '2026-11-01T00:00:00Z' };
  return { ...made, metadata: { ...made.metadata, ...more } };
}

const states = {
  ready: snapshotOf('s', ours, { readyToUse: true }),
  'never ready': snapshotOf('s', ours, { readyToUse: false }),
  'not ready any more': snapshotOf('s', { ...ours, [label.daily]: '2026-11-20' }, { readyToUse: false }),
  foreign: snapshotOf('s', {}, { readyToUse: true }),
};
type State = keyof typeof states;

const planned = (state: State) => readSnapshot(stored(states[state]), 'UTC');

/** What speaks against the deletion of `s`, which was planned in one state and is in another. */
async function objection(was: State, is: State, survivor?: ManagedSnapshot, changed: object = {}) {
  const kube = new FakeKube();
  const left = snapshotOf('left', ours, { readyToUse: true });
  kube.put(volumeSnapshots, { ...left, ...changed });
  const present = stored(states[is]);
  return requireAsPlanned(planned(was), present, survivor, testContext(kube)).then(
    () => undefined,
    (error: unknown) => (error as Error).message,
  );
}

const survivor = readSnapshot(stored(snapshotOf('left', ours, { readyToUse: true })), 'UTC');

describe('what goes of a volume', () => {
  it.each<[State, State, RegExp]>([
    ['ready', 'ready', /^goes$/],
    ['never ready', 'ready', /^goes$/],
    ['never ready', 'never ready', /^goes$/],
    ['not ready any more', 'not ready any more', /^goes$/],
    ['ready', 'never ready', /^it is not ready now/],
    ['ready', 'not ready any more', /^it is not ready now/],
    ['never ready', 'not ready any more', /^it is not ready now/],
  ])('that was planned as %s and is %s by then goes, or is left alone: %s', async (was, is, words) => {
    expect((await objection(was, is, survivor)) ?? 'goes').toMatch(words);
  });

  it('is left alone when it has become ready and was planned to leave nothing', async () => {
    expect(await objection('never ready', 'ready')).toMatch(/has become the only ready backup/);
    expect(await objection('never ready', 'never ready')).toBeUndefined();
    expect(await objection('foreign', 'ready')).toBeUndefined();
  });

  it.each<[string, object]>([
    ['another', { metadata: { ...snapshotOf('left').metadata, uid: 'another' } }],
    ['not ready any more', { status: { readyToUse: false } }],
    [
      'marked as failed',
      { metadata: { ...snapshotOf('left').metadata, annotations: { [annotation.failed]: 'no' } } },
    ],
  ])('is left alone when what was to be left is %s by then', async (_, changed) => {
    expect(await objection('ready', 'ready', survivor, changed)).toMatch(/^'left', which was to be left/);
  });
});
