import { describe, expect, it } from 'vitest';
import { LeftAlone } from '../../../src/core/errors.ts';
import type { KubeObject, ObjectMeta } from '../../../src/kube/object.ts';
import { namespaces, volumeSnapshotContents, volumeSnapshots } from '../../../src/kube/resources.ts';
import { groupApi } from '../../../src/snapshots/csi/group-api.ts';
import { label } from '../../../src/snapshots/labels.ts';
import type { ManagedSnapshot } from '../../../src/snapshots/managed.ts';
import { defaultProvider } from '../../../src/snapshots/providers.ts';
import { testContext } from '../../support/context.ts';
import { FakeKube, kubeError } from '../../support/fake-kube.ts';
import { object } from '../../support/objects.ts';

const going = { deletionTimestamp: '2026-10-01T00:00:00Z' };
const { snapshots: groups, contents: groupContents } = groupApi('v1');
const apiVersion = 'groupsnapshot.storage.k8s.io/v1';

class Cluster {
  readonly kube = new FakeKube();
  readonly context = testContext(this.kube);
  readonly deletions = defaultProvider.deletions(this.context);

  constructor() {
    const creationTimestamp = '2026-01-01T00:00:00Z';
    this.kube.put(namespaces, object('Namespace', { name: 'shop', creationTimestamp }));
  }

  /** A snapshot with its content, whose names begin alike. */
  snapshot(name: string, metadata: ObjectMeta = {}): ManagedSnapshot {
    const status = { boundVolumeSnapshotContentName: `c-${name}` };
    this.kube.put(volumeSnapshots, object('VolumeSnapshot', { name, ...metadata }, { status }));
    return { namespace: 'shop', name, uid: metadata.uid ?? `uid-${name}` } as ManagedSnapshot;
  }

  content(name: string, { policy = 'Retain', handle = `h-${name}`, status = {}, metadata = {} } = {}): void {
    const volumeSnapshotRef = { namespace: 'shop', name, uid: `uid-${name}` };
    const spec = { driver: 'd', deletionPolicy: policy, volumeSnapshotRef };
    const all = { name: `c-${name}`, ...metadata };
    const fields = { spec, status: { snapshotHandle: handle, ...status } };
    this.kube.put(volumeSnapshotContents, object('VolumeSnapshotContent', all, fields));
  }

  /** Members `a` and `b` of the group `night`, which retain their data as it does. */
  group(): readonly ManagedSnapshot[] {
    const status = { boundVolumeGroupSnapshotContentName: 'c-night' };
    this.kube.put(groups, { ...object('VolumeGroupSnapshot', { name: 'night' }, { status }), apiVersion });
    const volumeGroupSnapshotRef = { namespace: 'shop', name: 'night', uid: 'uid-night' };
    const spec = { driver: 'd', deletionPolicy: 'Retain', volumeGroupSnapshotRef };
    const fields = { spec, status: { volumeGroupSnapshotHandle: 'g' } };
    this.kube.put(groupContents, object('VolumeGroupSnapshotContent', { name: 'c-night' }, fields));
    return ['a', 'b'].map((name) => {
      this.content(name, { status: { volumeGroupSnapshotHandle: 'g' } });
      return { ...this.snapshot(name, this.member()), group: 'night' };
    });
  }

  member(uid = 'uid-night'): ObjectMeta {
    return { ownerReferences: [{ apiVersion, kind: 'VolumeGroupSnapshot', name: 'night', uid }] };
  }

  delete(unit: readonly ManagedSnapshot[], isWanted: () => Promise<void> = () => Promise.resolve()) {
    return this.deletions.deleteTogether(unit, isWanted);
  }

  async finish(...names: string[]) {
    const unfinished = await this.deletions.findUnfinished(names.length > 0 ? names : undefined);
    while (await unfinished.finishNext());
    return unfinished.end();
  }

  /** Of a content; undefined takes one away. */
  label(name: string, labels: Record<string, string | undefined>): void {
    const resource = name === 'c-night' ? groupContents : volumeSnapshotContents;
    const content = this.all(resource).find(({ metadata }) => metadata.name === name)!;
    const all = Object.entries({ ...content.metadata.labels, ...labels }).filter(([, value]) => value);
    const creationTimestamp = '2026-01-02T00:00:00Z';
    const metadata = { ...content.metadata, creationTimestamp, labels: Object.fromEntries(all) };
    this.kube.put(resource, { ...content, metadata } as KubeObject);
  }

  hold(name: string, isHeld: boolean): void {
    this.label(name, { [label.hold]: isHeld ? 'true' : undefined });
  }

  all(resource = volumeSnapshotContents): KubeObject[] {
    return this.kube.all(resource);
  }

  get names(): string[] {
    return [...this.all(volumeSnapshots), ...this.all(), ...this.all(groups), ...this.all(groupContents)].map(
      ({ metadata }) => metadata.name ?? '',
    );
  }

  /** Of all contents that a deletion is noted on. */
  get noted(): string[] {
    return [...this.all(), ...this.all(groupContents)]
      .filter(({ metadata }) => metadata.labels?.[label.deleting] !== undefined)
      .map(({ metadata }) => metadata.name ?? '');
  }
}

const refuse = () => Promise.reject(new LeftAlone('held'));

describe('a snapshot that is deleted', () => {
  it.each(['Retain', 'Delete'])(
    'has its content, which says %s, deleted after it where nothing else does',
    async (policy) => {
      const cluster = new Cluster();
      const one = cluster.snapshot('s');
      cluster.content('s', { policy });
      expect(await cluster.delete([one])).toEqual({ wasThere: true });
      expect(cluster.names).toEqual(policy === 'Delete' ? ['c-s'] : []);
      expect(cluster.noted).toEqual([]);
    },
  );

  it('leaves the data to another content that has it', async () => {
    const cluster = new Cluster();
    const one = cluster.snapshot('s');
    cluster.content('s');
    cluster.content('other', { handle: 'h-s' });
    expect(await cluster.delete([one])).toEqual({
      wasThere: true,
      note: "its data stays, as VolumeSnapshotContent 'c-other' has it, too",
    });
    expect(cluster.names).toEqual(['c-other']);
  });

  it.each<[string, (cluster: Cluster) => void, string]>([
    ['it is wanted', () => {}, 'held'],
    [
      'others have the data that would go',
      (cluster) => {
        cluster.content('s', { policy: 'Delete' });
        cluster.content('other', { handle: 'h-s' });
      },
      "'c-other' stands for the same snapshot",
    ],
    [
      'its content is held',
      (cluster) => cluster.content('s', { metadata: { labels: { [label.hold]: 'true' } } }),
      'is held by a user',
    ],
    [
      'its content may not be changed',
      (cluster) => void cluster.kube.denied.add('patch volumesnapshotcontents'),
      'is told to retain its data, and',
    ],
    [
      'its content may not be deleted',
      (cluster) => void cluster.kube.denied.add('delete volumesnapshotcontents'),
      'is told to retain its data, and',
    ],
    [
      'nobody can tell whose the data is',
      (cluster) => void cluster.kube.denied.add('list volumesnapshotcontents'),
      'nobody can tell whose data it is',
    ],
    [
      'its deletion is refused',
      (cluster) => cluster.kube.failNext('delete volumesnapshots', kubeError(403, 'Forbidden')),
      'Forbidden',
    ],
  ])('stays, and retains its data, when %s', async (what, prepare, words) => {
    const cluster = new Cluster();
    const one = cluster.snapshot('s');
    cluster.content('s');
    prepare(cluster);
    await expect(cluster.delete([one], what === 'it is wanted' ? refuse : undefined)).rejects.toThrow(words);
    expect(cluster.names).toEqual(expect.arrayContaining(['s', 'c-s']));
    expect(cluster.noted).toEqual([]);
  });

  it.each<[string, (cluster: Cluster) => void]>([
    ['is gone', (cluster) => cluster.kube.remove(volumeSnapshots, 's')],
    ['is another', (cluster) => void cluster.snapshot('s', { uid: 'x' })],
    ['is on its way out', (cluster) => void cluster.snapshot('s', going)],
  ])('was not there when it %s, and its content stays', async (_, change) => {
    const cluster = new Cluster();
    const one = cluster.snapshot('s');
    cluster.content('s');
    change(cluster);
    expect(await cluster.delete([one])).toEqual({ wasThere: false });
    expect([cluster.all().length, cluster.noted]).toEqual([1, []]);
  });

  it('is deleted once more when somebody has touched it, and is deleted though the answer is lost', async () => {
    const cluster = new Cluster();
    const one = cluster.snapshot('s');
    cluster.content('s');
    cluster.kube.failNext('delete volumesnapshots', kubeError(409, 'Conflict'));
    cluster.kube.failNext('delete volumesnapshots', kubeError(409, 'Conflict'), { isDone: true });
    expect(await cluster.delete([one])).toEqual({ wasThere: true });
    expect(cluster.names).toEqual([]);
  });
});

describe('a group that is deleted', () => {
  it('goes with all of its members and contents, its own first', async () => {
    const cluster = new Cluster();
    const unit = cluster.group();
    const order: string[] = [];
    const remove = cluster.kube.delete.bind(cluster.kube);
    cluster.kube.delete = (resource, key, options) => {
      order.push(key.name);
      // As the garbage collector does.
      if (key.name === 'night') for (const { name } of unit) cluster.kube.remove(volumeSnapshots, name);
      return remove(resource, key, options);
    };
    expect(await cluster.delete(unit)).toEqual({ wasThere: true });
    expect(order).toEqual(['night', 'c-night', 'c-b', 'c-a']);
    expect(cluster.names).toEqual([]);
  });

  it.each<[string, (cluster: Cluster) => void, string]>([
    ['one is wanted', () => {}, 'held'],
    [
      'there is a member more',
      (cluster) => void cluster.snapshot('c', cluster.member()),
      "member that stays, 'c'",
    ],
    [
      'a member more is going, and held',
      (cluster) =>
        void cluster.snapshot('c', { ...cluster.member(), ...going, labels: { [label.hold]: 'true' } }),
      "member that stays, 'c'",
    ],
    [
      'a member is of another group of that name',
      (cluster) => void cluster.snapshot('a', cluster.member('uid-before')),
      "is not the one that 'a' was made with",
    ],
    [
      'others have data of a member',
      (cluster) => cluster.content('other', { handle: 'h-a' }),
      "'c-other' stands for the same data",
    ],
    [
      'the deletion is refused',
      (cluster) => cluster.kube.failNext('delete volumegroupsnapshots', kubeError(403, 'Forbidden')),
      'Forbidden',
    ],
  ])('stays as a whole when %s', async (what, change, words) => {
    const cluster = new Cluster();
    const unit = cluster.group();
    change(cluster);
    await expect(cluster.delete(unit, what === 'one is wanted' ? refuse : undefined)).rejects.toThrow(words);
    expect(cluster.names).toEqual(expect.arrayContaining(['a', 'b', 'c-a', 'c-b', 'night', 'c-night']));
    expect(cluster.noted).toEqual([]);
  });

  it.each(['c-night', 'c-a', 'c-b'])(
    'leaves all of its contents when somebody holds %s in the moment in which it goes',
    async (held) => {
      const cluster = new Cluster();
      const unit = cluster.group();
      const remove = cluster.kube.delete.bind(cluster.kube);
      cluster.kube.delete = async (...args) => {
        if (args[1].name !== 'night') return remove(...args);
        for (const { name } of unit) cluster.kube.remove(volumeSnapshots, name);
        await remove(...args);
        cluster.hold(held, true);
      };
      expect((await cluster.delete(unit)).note).toMatch(/^its data stays, as somebody holds 'c-/);
      expect([cluster.names, cluster.noted]).toEqual([['c-a', 'c-b', 'c-night'], []]);
    },
  );

  it('goes though a member that nobody holds is on its way out', async () => {
    const cluster = new Cluster();
    const unit = cluster.group();
    cluster.snapshot('c', { ...cluster.member(), ...going });
    expect(await cluster.delete(unit)).toEqual({ wasThere: true });
    expect(cluster.all(groups)).toEqual([]);
  });

  it('was not there when it is going already', async () => {
    const cluster = new Cluster();
    const unit = cluster.group();
    cluster.kube.put(groups, { ...object('VolumeGroupSnapshot', { name: 'night', ...going }), apiVersion });
    expect(await cluster.delete(unit)).toEqual({ wasThere: false });
    expect(cluster.noted).toEqual([]);
  });

  it('that is gone leaves its members to be deleted by themselves', async () => {
    const cluster = new Cluster();
    const unit = cluster.group();
    expect(await cluster.deletions.isGroupGone(unit)).toBe(false);
    cluster.kube.remove(groups, 'night');
    expect(await cluster.deletions.isGroupGone(unit)).toBe(true);
    expect(await cluster.deletions.isGroupGone([cluster.snapshot('alone')])).toBe(false);
    expect(await cluster.delete(unit)).toEqual({ wasThere: true });
    expect(cluster.names).toEqual(['alone', 'c-night']);
  });
});

describe('a deletion that was broken off', () => {
  const labels = (name: string) => ({ labels: { [label.deleting]: `uid-${name}` } });
  const made = { creationTimestamp: '2026-10-01T00:00:00Z' };

  it('is finished when its snapshot has gone, in the namespaces that are meant', async () => {
    const cluster = new Cluster();
    cluster.content('s', { metadata: { ...labels('s'), ...made } });
    cluster.content('t', { metadata: made });
    expect(await cluster.finish('other')).toEqual({ failed: [], skipped: [] });
    expect(cluster.names).toEqual(['c-s', 'c-t']);
    expect(await cluster.finish('shop', 'other')).toEqual({ failed: [], skipped: [] });
    expect(cluster.names).toEqual(['c-t']);
    cluster.content('s', { metadata: { ...labels('s'), ...made } });
    await cluster.finish();
    expect(cluster.names).toEqual(['c-t']);
    const calls = cluster.kube.calls.length;
    expect(await (await cluster.deletions.findUnfinished([])).finishNext()).toBe(false);
    expect(cluster.kube.calls).toHaveLength(calls);
  });

  it.each<[string, (cluster: Cluster) => void]>([
    ['its snapshot is there still', (cluster) => void cluster.snapshot('s')],
    [
      'a user holds the content',
      (cluster) =>
        cluster.content('s', {
          metadata: { ...made, labels: { ...labels('s').labels, [label.hold]: 'true' } },
        }),
    ],
    [
      'a user holds the snapshot, which is going',
      (cluster) => void cluster.snapshot('s', { ...going, labels: { [label.hold]: 'true' } }),
    ],
    ['its namespace is gone', (cluster) => cluster.kube.remove(namespaces, 'shop')],
    [
      'its namespace is going',
      (cluster) => void cluster.kube.put(namespaces, object('Namespace', { name: 'shop', ...going })),
    ],
    [
      'its namespace is younger',
      (cluster) =>
        void cluster.kube.put(
          namespaces,
          object('Namespace', { name: 'shop', creationTimestamp: '2026-10-01T00:00:01Z' }),
        ),
    ],
  ])('is undone when %s', async (_, change) => {
    const cluster = new Cluster();
    cluster.content('s', { metadata: { ...labels('s'), ...made } });
    change(cluster);
    expect(await cluster.finish()).toEqual({ failed: [], skipped: [] });
    expect([cluster.all().length, cluster.noted]).toEqual([1, []]);
    expect(cluster.context.lines).toMatchObject([{ level: 40, content: 'c-s' }]);
  });

  it('is finished in a namespace that is as old as the content', async () => {
    const cluster = new Cluster();
    cluster.content('s', { metadata: { ...labels('s'), ...made } });
    cluster.kube.put(namespaces, object('Namespace', { name: 'shop', ...made }));
    await cluster.finish();
    expect(cluster.names).toEqual([]);
  });

  it('waits for a snapshot that is going: the content goes with it', async () => {
    const cluster = new Cluster();
    cluster.content('s', { metadata: { ...labels('s'), ...made } });
    cluster.snapshot('s', going);
    expect(await cluster.finish()).toEqual({ failed: [], skipped: [] });
    expect(cluster.all()).toMatchObject([{ spec: { deletionPolicy: 'Delete' } }]);
    expect(cluster.context.lines).toMatchObject([{ level: 30, waiting: 1, namespaces: { shop: 1 } }]);
  });

  it.each([
    [59_999, 'again'],
    [60_000, 'once'],
  ])('looks after a snapshot that began to go %i ms ago: %s', async (milliseconds, looks) => {
    const cluster = new Cluster();
    const { clock } = cluster.context;
    cluster.content('s', { metadata: { ...labels('s'), ...made } });
    const since = new Date(clock.now().getTime() - milliseconds);
    cluster.snapshot('s', { deletionTimestamp: since.toISOString() });
    await cluster.finish();
    expect(clock.monotonic() > 0 ? 'again' : 'once').toBe(looks);
  });

  it.each(['namespace', 'name'])(
    'is none where the content does not say the %s of its snapshot',
    async (key) => {
      const cluster = new Cluster();
      cluster.content('s', { metadata: { ...labels('s'), ...made } });
      const [content] = cluster.all() as (KubeObject & { spec: { volumeSnapshotRef: object } })[];
      const volumeSnapshotRef = { ...content?.spec.volumeSnapshotRef, [key]: undefined };
      const spec = { ...content?.spec, volumeSnapshotRef };
      cluster.kube.put(volumeSnapshotContents, { ...content!, spec });
      expect(await cluster.finish()).toEqual({ failed: [], skipped: [] });
      expect([cluster.names, cluster.noted, cluster.context.lines]).toEqual([['c-s'], ['c-s'], []]);
    },
  );

  it('is a failure when it cannot be finished, and left when there is no time for it', async () => {
    const cluster = new Cluster();
    cluster.content('s', { metadata: { ...labels('s'), ...made } });
    cluster.kube.failNext('delete volumesnapshotcontents', new Error('no'));
    expect(await cluster.finish()).toMatchObject({ failed: [{ name: 's', error: 'no' }], skipped: [] });
    const unfinished = await cluster.deletions.findUnfinished(undefined);
    unfinished.end();
    expect(cluster.context.lines.at(-1)).toMatchObject({ level: 40, left: 1 });
  });

  it('is not looked for by who may not, and is a failure when nobody can look', async () => {
    const cluster = new Cluster();
    cluster.kube.failNext('list volumesnapshotcontents', kubeError(403, 'Forbidden'));
    expect(await cluster.finish()).toEqual({ failed: [], skipped: [] });
    cluster.kube.failNext('list volumesnapshotcontents', new LeftAlone('too large'));
    expect(await cluster.finish()).toEqual({
      failed: [{ namespace: '*', name: '*', error: 'too large' }],
      skipped: [],
    });
  });

  it('of a group is finished with that of the group first, and its members’ only after that', async () => {
    const cluster = new Cluster();
    cluster.group();
    for (const name of ['a', 'b']) {
      cluster.kube.remove(volumeSnapshots, name);
      const status = { volumeGroupSnapshotHandle: 'g' };
      cluster.content(name, { status, metadata: { ...labels(name), ...made } });
    }
    cluster.kube.remove(groups, 'night');
    const [content] = cluster.all(groupContents);
    const metadata = { ...content?.metadata, ...labels('night'), ...made };
    cluster.kube.put(groupContents, { ...content, metadata } as KubeObject);
    cluster.kube.failNext('delete volumegroupsnapshotcontents', new Error('no'));
    expect(await cluster.finish()).toMatchObject({ failed: [{ name: 'night' }] });
    expect(cluster.names).toEqual(['c-a', 'c-b', 'c-night']);
    expect(await cluster.finish()).toEqual({ failed: [], skipped: [] });
    expect(cluster.names).toEqual([]);
  });

  it.each(['c-night', 'c-a', 'c-b'])(
    'of a group leaves all of its contents when somebody holds %s, then and later',
    async (held) => {
      const cluster = brokenOffGroup();
      cluster.hold(held, true);
      expect(await cluster.finish()).toEqual({ failed: [], skipped: [] });
      expect([cluster.names, cluster.noted]).toEqual([['c-a', 'c-b', 'c-night'], []]);
      cluster.hold(held, false);
      await cluster.finish();
      expect(cluster.names).toEqual(['c-a', 'c-b', 'c-night']);
    },
  );

  it('of a group leaves the contents of its members when a killed run has left that of the group', async () => {
    const cluster = brokenOffGroup();
    cluster.label('c-night', { [label.deleting]: undefined, [label.hold]: 'true' });
    expect(await cluster.finish()).toEqual({ failed: [], skipped: [] });
    expect([cluster.names, cluster.noted]).toEqual([['c-a', 'c-b', 'c-night'], []]);
  });
});

/** Of which nothing is there but the contents, with their notes. */
function brokenOffGroup(): Cluster {
  const cluster = new Cluster();
  for (const { name } of cluster.group()) cluster.kube.remove(volumeSnapshots, name);
  cluster.kube.remove(groups, 'night');
  for (const name of ['night', 'a', 'b']) cluster.label(`c-${name}`, { [label.deleting]: `uid-${name}` });
  return cluster;
}
