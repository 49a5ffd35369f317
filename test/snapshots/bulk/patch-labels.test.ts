import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import { volumeSnapshots } from '../../../src/kube/resources.ts';
import { patchLabels } from '../../../src/snapshots/bulk/patch-labels.ts';
import { stored } from '../../../src/snapshots/csi/volume-snapshot.ts';
import { label } from '../../../src/snapshots/labels.ts';
import { readSnapshot } from '../../../src/snapshots/managed.ts';
import { testContext } from '../../support/context.ts';
import { FakeKube } from '../../support/fake-kube.ts';
import { snapshotObject } from '../../support/objects.ts';

const taken = { labels: { [label.daily]: null } };

function snapshot(uid = 'uid', labels: Record<string, string> = { [label.daily]: '2026-11-20' }): KubeObject {
  const made = snapshotObject('s', { [label.pvc]: 'data', ...labels }, { readyToUse: true });
  return { ...made, metadata: { ...made.metadata, uid, creationTimestamp: '2026-11-20T00:00:00Z' } };
}

/** Takes the label of its day off a snapshot to which something is done between the look and each patch. */
async function patched(meanwhile: (kube: FakeKube, attempt: number) => void) {
  const kube = new FakeKube();
  const listed = kube.put(volumeSnapshots, snapshot());
  const patch = kube.patch.bind(kube);
  let attempts = 0;
  kube.patch = (...given) => {
    meanwhile(kube, ++attempts);
    return patch(...given);
  };
  const ended = await patchLabels(readSnapshot(stored(listed), 'UTC'), taken, 'UTC', testContext(kube)).then(
    () => 'well',
    (error: unknown) => (error as Error).message,
  );
  const present = kube.all(volumeSnapshots)[0];
  return { ended, attempts, day: present?.metadata.labels?.[label.daily] };
}

const touched = (kube: FakeKube, changes: object = {}) => {
  const [one] = kube.all(volumeSnapshots);
  kube.put(volumeSnapshots, { ...one!, ...changes });
};

describe('a label that is taken off a snapshot', () => {
  it('is taken off at once where nothing has changed', async () => {
    expect(await patched(() => {})).toEqual({ ended: 'well', attempts: 1, day: undefined });
  });

  it('is taken off though others have written to their fields meanwhile', async () => {
    const status = { readyToUse: true, error: { message: 'no' } };
    const ended = await patched((kube, attempt) => attempt < 10 && touched(kube, { status }));
    expect(ended).toEqual({ ended: 'well', attempts: 10, day: undefined });
  });

  it('is given up when they write again and again', async () => {
    const ended = await patched((kube) => touched(kube));
    expect(ended).toEqual({
      ended: expect.stringContaining('Conflict') as string,
      attempts: 10,
      day: '2026-11-20',
    });
  });

  it('stays when the snapshot has changed in what it is judged by', async () => {
    const ended = await patched((kube) =>
      kube.put(volumeSnapshots, snapshot('uid', { [label.daily]: '2026-11-19' })),
    );
    expect(ended).toMatchObject({
      ended: expect.stringMatching(/^it was changed/) as string,
      day: '2026-11-19',
    });
  });

  it('is off already where an answer was lost, and is not tried again', async () => {
    const ended = await patched((kube) => kube.put(volumeSnapshots, snapshot('uid', {})));
    expect(ended).toEqual({ ended: 'well', attempts: 1, day: undefined });
  });

  it('stays on another snapshot that has come in its place', async () => {
    const ended = await patched((kube) => kube.put(volumeSnapshots, snapshot('another')));
    expect(ended).toEqual({ ended: 'well', attempts: 1, day: '2026-11-20' });
  });

  it('is of no interest once the snapshot is gone', async () => {
    const ended = await patched((kube) => kube.remove(volumeSnapshots, 's'));
    expect(ended).toEqual({ ended: 'well', attempts: 1, day: undefined });
  });
});
