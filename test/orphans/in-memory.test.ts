import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  namespaces,
  volumeSnapshotClasses,
  volumeSnapshotContents,
  volumeSnapshots,
} from '../../src/kube/resources.ts';
import { deleteOrphan } from '../../src/orphans/delete-orphan.ts';
import { findReplacement } from '../../src/orphans/find-replacement.ts';
import { listOrphans } from '../../src/orphans/list-orphans.ts';
import { planRebind } from '../../src/orphans/plan-rebind.ts';
import { claimContent, removeContent } from '../../src/orphans/replace-content.ts';
import { replacementSnapshot } from '../../src/orphans/replacement.ts';
import { waitUntilBound } from '../../src/orphans/wait-until-bound.ts';
import type { ObjectMeta } from '../../src/kube/object.ts';
import type { VolumeSnapshotContent } from '../../src/snapshots/csi/content.ts';
import { annotation, label } from '../../src/snapshots/labels.ts';
import { testContext } from '../support/context.ts';
import { FakeKube } from '../support/fake-kube.ts';
import { object } from '../support/objects.ts';

const minute = 60_000;
const ours = { [label.retain]: 'daily_weekly_monthly' };
const going = { deletionTimestamp: '2026-11-20T00:00:00Z' };

interface Given {
  readonly metadata?: ObjectMeta;
  readonly spec?: object;
  readonly status?: object | undefined;
}

/** A cluster in memory in which contents have lost their snapshots, unless those are put there. */
class Cluster {
  readonly kube = new FakeKube();
  readonly context = testContext(this.kube);

  content(
    name: string,
    { metadata, spec, status = { snapshotHandle: `h-${name}` } }: Given = {},
  ): VolumeSnapshotContent {
    const ref = { namespace: 'shop', name: `of-${name}`, uid: `uid-of-${name}` };
    const fields = {
      spec: {
        driver: 'd',
        deletionPolicy: 'Retain',
        source: { volumeHandle: 'v' },
        volumeSnapshotRef: ref,
        ...spec,
      },
      status,
    };
    const all = { name, labels: ours, ...metadata };
    return this.kube.put(volumeSnapshotContents, object('VolumeSnapshotContent', all, fields));
  }

  snapshot(name: string, metadata: ObjectMeta = {}, status: object = { readyToUse: true }): void {
    this.kube.put(volumeSnapshots, object('VolumeSnapshot', { name, labels: ours, ...metadata }, { status }));
  }

  find(name: string): VolumeSnapshotContent | undefined {
    return this.kube.all(volumeSnapshotContents).find(({ metadata }) => metadata.name === name);
  }

  get changes(): string[] {
    return this.kube.calls.filter((call) => /^(?:patch|delete|create) /.test(call));
  }
}

describe('orphans that are listed', () => {
  it('are sorted by namespace, age and name, without those on their way out and those of others', async () => {
    const cluster = new Cluster();
    const at = (name: string, namespace: string, hour: number) =>
      cluster.content(name, {
        spec: { volumeSnapshotRef: { namespace, name: `of-${name}`, uid: `uid-of-${name}` } },
        status: { creationTime: Date.UTC(2026, 10, 20, hour) * 1e6 },
      });
    at('e', 'shop', 3);
    at('d', 'shop', 2);
    at('c', 'shop', 2);
    at('b', 'zoo', 1);
    at('f', 'app', 5);
    at('g', 'app', 4);
    cluster.content('going', { metadata: going });
    cluster.content('foreign', { metadata: { labels: {} } });
    expect((await listOrphans(cluster.context)).map(({ name }) => name)).toEqual([
      'g',
      'f',
      'c',
      'd',
      'e',
      'b',
    ]);
  });

  it('are looked for one by one only when their snapshot is in no list', async () => {
    const cluster = new Cluster();
    cluster.content('kept');
    cluster.snapshot('of-kept');
    cluster.content('lost');
    expect(await listOrphans(cluster.context)).toHaveLength(1);
    expect(cluster.kube.calls.filter((call) => call === 'get volumesnapshots')).toHaveLength(1);
  });
});

describe('an orphan that is to be deleted', () => {
  const confirm = { confirm: () => Promise.resolve() };

  it('goes with its data', async () => {
    const cluster = new Cluster();
    cluster.content('c', { metadata: { finalizers: ['x'] } });
    expect(await deleteOrphan('c', confirm, cluster.context)).toMatchObject({ snapshot: 'of-c' });
    expect(cluster.changes).toEqual(['patch volumesnapshotcontents', 'delete volumesnapshotcontents']);
    expect(cluster.find('c')).toBeUndefined();
  });

  it.each<[string, Given, string]>([
    ['is none of ours', { metadata: { labels: {} } }, 'is none of ours'],
    ['is held', { metadata: { labels: { ...ours, [label.hold]: 'true' } } }, 'is held; release it'],
    [
      'is being brought back',
      { metadata: { annotations: { [annotation.reboundTo]: 'x' } } },
      'is being brought back',
    ],
    [
      'was never found in the storage',
      { spec: { source: { snapshotHandle: 'h' } }, status: {} },
      'was never found in the storage',
    ],
    ['is of a group', { status: { snapshotHandle: 'h', volumeGroupSnapshotHandle: 'g' } }, 'is of the group'],
  ])('stays as it is when it %s', async (_, given, words) => {
    const cluster = new Cluster();
    cluster.content('c', given);
    await expect(deleteOrphan('c', confirm, cluster.context)).rejects.toThrow(words);
    expect(cluster.changes).toEqual([]);
  });

  it('stays when there is none, when its snapshot is there, or when another stands for the same', async () => {
    const cluster = new Cluster();
    const fails = (name: string, words: string) =>
      expect(deleteOrphan(name, confirm, cluster.context)).rejects.toThrow(words);
    await fails('none', "There is no VolumeSnapshotContent 'none'");
    cluster.content('kept');
    cluster.snapshot('of-kept', { uid: 'uid-of-kept' });
    await fails('kept', 'which is there');
    cluster.content('a', { status: { snapshotHandle: 'same' } });
    cluster.content('b', { status: { snapshotHandle: 'same' } });
    await fails('a', "'a' and 'b' stand for the same snapshot");
    expect(cluster.changes).toEqual([]);
  });

  it('is not found in the storage only when it is not on its way out already', async () => {
    const cluster = new Cluster();
    cluster.content('c', { metadata: going, spec: { source: { snapshotHandle: 'h' } }, status: {} });
    await deleteOrphan('c', confirm, cluster.context);
    expect(cluster.changes).toContain('patch volumesnapshotcontents');
  });

  it('retains its data again when its deletion fails', async () => {
    const cluster = new Cluster();
    cluster.content('c');
    cluster.kube.failNext('delete volumesnapshotcontents', new Error('no'));
    await expect(deleteOrphan('c', confirm, cluster.context)).rejects.toThrow('no');
    expect(cluster.find('c')?.spec?.deletionPolicy).toBe('Retain');
    expect(cluster.find('c')?.metadata.labels).toEqual(ours);
  });

  it('says so when it cannot be made to retain its data again', async () => {
    const cluster = new Cluster();
    cluster.content('c');
    cluster.kube.failNext('delete volumesnapshotcontents', new Error('no'));
    const patch = cluster.kube.patch.bind(cluster.kube);
    let patches = 0;
    cluster.kube.patch = (...args) =>
      patches++ === 0 ? patch(...args) : Promise.reject(new Error('broken'));
    await expect(deleteOrphan('c', confirm, cluster.context)).rejects.toThrow('no');
    expect(cluster.context.lines).toMatchObject([{ level: 50, content: 'c', reason: 'broken' }]);
  });

  it('is left alone when it is another by then', async () => {
    const cluster = new Cluster();
    cluster.content('c');
    const act = () => {
      cluster.content('c', { metadata: { uid: 'another' } });
      return Promise.resolve();
    };
    await deleteOrphan('c', { confirm: act }, cluster.context);
    expect(cluster.changes).toEqual([]);
  });
});

describe('the content that has taken the place of one', () => {
  const replaced = (cluster: Cluster, metadata: ObjectMeta = {}) =>
    cluster.content('rebound-new', {
      metadata: { annotations: { [annotation.reboundFrom]: 'old' }, ...metadata },
    });

  it('is found when its snapshot is ready', async () => {
    const cluster = new Cluster();
    cluster.content('other', { metadata: { annotations: { [annotation.reboundFrom]: 'another' } } });
    replaced(cluster);
    cluster.snapshot('of-rebound-new', { uid: 'uid-of-rebound-new' });
    expect((await findReplacement('old', cluster.context)).metadata.name).toBe('rebound-new');
  });

  it.each<[string, (cluster: Cluster) => void, string]>([
    ['there is none', () => {}, 'none was made in its place'],
    ['it is going itself', (cluster) => void replaced(cluster, going), 'none was made in its place'],
    ['its snapshot is gone', (cluster) => void replaced(cluster), 'is not ready or gone again'],
    [
      'another snapshot has the name',
      (cluster) => {
        replaced(cluster);
        cluster.snapshot('of-rebound-new', { uid: 'another' });
      },
      'is not ready or gone again',
    ],
    [
      'its snapshot is not ready',
      (cluster) => {
        replaced(cluster);
        cluster.snapshot('of-rebound-new', { uid: 'uid-of-rebound-new' }, { readyToUse: false });
      },
      'is not ready or gone again',
    ],
  ])('is none when %s', async (_, prepare, words) => {
    const cluster = new Cluster();
    prepare(cluster);
    await expect(findReplacement('old', cluster.context)).rejects.toThrow(words);
  });
});

describe('an old content', () => {
  const bound = object('VolumeSnapshot', { name: 'night', uid: 'uid-night' });
  const heir = (cluster: Cluster, given: Given = {}) =>
    cluster.content('new', {
      ...given,
      spec: {
        source: { snapshotHandle: 'h-old' },
        volumeSnapshotRef: { namespace: 'shop', name: 'night', uid: 'uid-night' },
        ...given.spec,
      },
    });

  it('is claimed: it retains its data, and says for whom', async () => {
    const cluster = new Cluster();
    const labels = { ...ours, [label.deleting]: 'x' };
    const old = cluster.content('old', { metadata: { labels }, spec: { deletionPolicy: 'Delete' } });
    await claimContent(old, 'new', cluster.context);
    await claimContent(old, 'new', cluster.context);
    expect(cluster.find('old')).toMatchObject({
      metadata: { annotations: { [annotation.reboundTo]: 'new' }, labels: ours },
      spec: { deletionPolicy: 'Retain' },
    });
    expect(cluster.find('old')?.metadata.labels).toEqual(ours);
    expect(cluster.changes).toEqual(['patch volumesnapshotcontents']);
  });

  it.each([
    ['is gone', (cluster: Cluster) => cluster.kube.remove(volumeSnapshotContents, 'old'), []],
    ['is another', (cluster: Cluster) => cluster.content('old', { metadata: { uid: 'x' } }), []],
    ['is going', (cluster: Cluster) => cluster.content('old', { metadata: going }), []],
  ])('that %s is neither claimed nor removed', async (_, change, changes) => {
    const cluster = new Cluster();
    const old = cluster.content('old');
    change(cluster);
    await expect(claimContent(old, 'new', cluster.context)).rejects.toThrow("'old' was deleted meanwhile");
    await removeContent(old, 'new', bound, cluster.context);
    expect(cluster.changes).toEqual(changes);
  });

  it('is removed once the new one has its data', async () => {
    const cluster = new Cluster();
    const old = cluster.content('old');
    heir(cluster);
    await removeContent(old, 'new', bound, cluster.context);
    expect(cluster.find('old')).toBeUndefined();
    expect(cluster.find('new')).toBeDefined();
  });

  it.each<[string, (cluster: Cluster) => void]>([
    ['is not there', () => {}],
    ['is going', (cluster) => void heir(cluster, { metadata: going })],
    ['is not bound', (cluster) => void heir(cluster, { spec: { volumeSnapshotRef: {} } })],
    ['has other data', (cluster) => void heir(cluster, { spec: { source: { snapshotHandle: 'x' } } })],
  ])('is kept when the new one %s', async (_, prepare) => {
    const cluster = new Cluster();
    const old = cluster.content('old');
    prepare(cluster);
    await expect(removeContent(old, 'new', bound, cluster.context)).rejects.toThrow("so 'old' is kept");
    expect(cluster.changes).toEqual([]);
  });

  it('is kept when it is told to take the data along right before it is removed', async () => {
    const cluster = new Cluster();
    const old = cluster.content('old');
    heir(cluster);
    const remove = cluster.kube.delete.bind(cluster.kube);
    cluster.kube.delete = (...given) => {
      cluster.content('old', { spec: { deletionPolicy: 'Delete' } });
      return remove(...given);
    };
    await expect(removeContent(old, 'new', bound, cluster.context)).rejects.toThrow(
      'told to delete the data',
    );
    expect(cluster.find('old')).toBeDefined();
  });

  it('is kept when it would take the data along', async () => {
    const cluster = new Cluster();
    const old = cluster.content('old', { spec: { deletionPolicy: 'Delete' } });
    heir(cluster);
    await expect(removeContent(old, 'new', bound, cluster.context)).rejects.toThrow(
      'told to delete the data',
    );
    expect(cluster.changes).toEqual([]);
  });
});

describe('a plan to bring a snapshot back', () => {
  const settings = {
    content: 'old',
    namespace: undefined,
    name: undefined,
    dryRun: false,
    waitMilliseconds: minute,
  };

  function plan(given: Given = {}, prepare = (_cluster: Cluster): void => {}, changes: object = {}) {
    const cluster = new Cluster();
    const driver = 'd';
    cluster.kube.put(namespaces, object('Namespace', { name: 'shop' }));
    cluster.kube.put(volumeSnapshotClasses, object('VolumeSnapshotClass', { name: 'fast' }, { driver }));
    const old = cluster.content('old', given);
    prepare(cluster);
    return planRebind(old, { ...settings, ...changes }, cluster.context);
  }

  it.each([
    ['fast', 'fast'],
    ['gone', undefined],
    [undefined, undefined],
  ])('has the class %s as %s', async (volumeSnapshotClassName, expected) => {
    const { content } = await plan({ spec: { volumeSnapshotClassName } });
    expect(content.spec).toMatchObject({
      deletionPolicy: 'Retain',
      source: { snapshotHandle: 'h-old' },
      volumeSnapshotRef: { namespace: 'shop', name: 'of-old' },
    });
    expect(content.spec?.volumeSnapshotClassName).toBe(expected);
  });

  it('has no class of another driver', async () => {
    const { content } = await plan({ spec: { driver: 'e', volumeSnapshotClassName: 'fast' } });
    expect(content.spec).not.toHaveProperty('volumeSnapshotClassName');
  });

  it('goes where it is told to', async () => {
    const other = (cluster: Cluster) => cluster.kube.put(namespaces, object('Namespace', { name: 'other' }));
    const { content } = await plan({}, (cluster) => void other(cluster), {
      namespace: 'other',
      name: 'night',
    });
    expect(content.spec?.volumeSnapshotRef).toEqual({ namespace: 'other', name: 'night' });
  });

  it.each<[string, Given, (cluster: Cluster) => void, string]>([
    ['there is no data', { status: {} }, () => {}, 'so there is nothing to bring back'],
    [
      'it is of a group',
      { status: { snapshotHandle: 'h', volumeGroupSnapshotHandle: 'g' } },
      () => {},
      'is of the group snapshot',
    ],
    [
      'its snapshot is there',
      {},
      (cluster) => cluster.snapshot('of-old', { uid: 'uid-of-old' }),
      'which is there',
    ],
    ['another has its name', {}, (cluster) => cluster.snapshot('of-old', { uid: 'x' }), 'and another one'],
    [
      'its namespace is gone',
      {},
      (cluster) => cluster.kube.remove(namespaces, 'shop'),
      "'shop' does not exist;",
    ],
    [
      'its namespace is going',
      {},
      (cluster) => void cluster.kube.put(namespaces, object('Namespace', { name: 'shop', ...going })),
      "'shop' is being deleted; when it is gone,",
    ],
    [
      'another has the same data',
      {},
      (cluster) => void cluster.content('other', { status: { snapshotHandle: 'h-old' } }),
      "'other' stands for the same snapshot",
    ],
  ])('is refused when %s', async (_, given, prepare, words) => {
    await expect(plan(given, prepare)).rejects.toThrow(words);
  });

  it('goes on with what an earlier run has made, unless that has lost its snapshot again', async () => {
    const { content } = await plan();
    const made = (uid?: string) => (cluster: Cluster) => {
      const { metadata, spec, ...rest } = content;
      const volumeSnapshotRef = { ...spec?.volumeSnapshotRef, ...(uid !== undefined && { uid }) };
      cluster.kube.put(volumeSnapshotContents, {
        ...rest,
        metadata: { ...metadata, uid: 'made' },
        spec: { ...spec, volumeSnapshotRef },
      });
    };
    expect((await plan({}, made())).content.metadata.uid).toBe('made');
    const withSnapshot = (cluster: Cluster): void => {
      made()(cluster);
      const { metadata, ...snapshot } = replacementSnapshot(content);
      cluster.kube.put(volumeSnapshots, { ...snapshot, metadata: { ...metadata, uid: 'uid-anew' } });
    };
    expect((await plan({}, withSnapshot)).content.metadata.uid).toBe('made');
    await expect(plan({}, made('lost'))).rejects.toThrow('its VolumeSnapshot is gone again');
  });
});

describe('a snapshot that is brought back', () => {
  const snapshot = object('VolumeSnapshot', { name: 'night', uid: 'uid-night' });
  const bound = { readyToUse: true, boundVolumeSnapshotContentName: 'new' };

  async function wait(metadata: ObjectMeta, ...states: object[]) {
    const cluster = new Cluster();
    cluster.snapshot('night', { uid: 'uid-night' }, {});
    const waiting = waitUntilBound(snapshot, 'new', minute, cluster.context);
    waiting.catch(() => {});
    await cluster.context.clock.sleeping(minute);
    for (const status of states) {
      await setImmediate();
      cluster.snapshot('night', { uid: 'uid-night', ...metadata }, status);
    }
    await setImmediate();
    cluster.context.clock.advance(minute);
    return waiting;
  }

  it('is waited for until it is ready and bound to the content', async () => {
    await expect(wait({}, { readyToUse: true }, bound)).resolves.toBeUndefined();
  });

  it.each([
    ['not ready', { ...bound, readyToUse: false }],
    ['bound to another', { ...bound, boundVolumeSnapshotContentName: 'x' }],
    ['bound to none', { readyToUse: true }],
  ])('is given up when it is %s in time, with the last words of the storage', async (_, status) => {
    const error = { message: 'no such snapshot' };
    await expect(wait({}, { ...status, error })).rejects.toThrow(
      "was not ready and bound to 'new' after 60 s, the storage says: no such snapshot",
    );
  });

  it.each([
    ['another', { uid: 'x' }],
    ['going', going],
  ])('is an error when it is %s', async (_, metadata) => {
    await expect(wait(metadata, bound)).rejects.toThrow('was deleted while it was being bound');
  });
});
