import { describe, expect, it } from 'vitest';
import { rebind } from '../../src/cli/rebind.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { label } from '../../src/snapshots/labels.ts';
import { driver } from '../../scripts/sandbox/driver.ts';
import { contents, namespaces, snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import { placeOf } from '../../scripts/sandbox/objects/definition.ts';
import { objectOf } from '../../scripts/sandbox/storage/entry.ts';
import { openSandbox, type Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { now } from '../retention/support.ts';
import { defectsOf, excessesIn, honestState, steeringIn, straysOf } from './judge.ts';
import { runCommand } from './run-command.ts';
import { size } from './size.ts';
import { contentSlots, slotsOf, withValue } from './slots.ts';
import { Draws, honestWorld, load } from './world.ts';
import { isExhaustive } from '../support/exhaustive.ts';

const namespace = 'lost';
const verbs = [
  ...['get', 'list', 'create', 'patch', 'delete'].map((verb) => `${verb} volumesnapshotcontents`),
  ...['get', 'list', 'watch', 'create'].map((verb) => `${verb} volumesnapshots`),
  'get namespaces',
  'get volumesnapshotclasses',
];

/** A content of which the snapshot is gone, with all that the tenant had written on that. */
function orphan(name: string): KubeObject {
  const labels = { [label.retain]: 'daily_weekly_monthly', [label.pvc]: 'data', [label.daily]: '2026-11-20' };
  const volumeSnapshotRef = { namespace, name: `gone-${name}`, uid: `uid-of-gone-${name}` };
  return {
    apiVersion: 'snapshot.storage.k8s.io/v1',
    kind: 'VolumeSnapshotContent',
    metadata: { name, labels, uid: `uid-${name}`, creationTimestamp: '2026-11-01T02:30:00Z' },
    spec: { driver, deletionPolicy: 'Retain', source: { volumeHandle: 'volume' }, volumeSnapshotRef },
    status: { readyToUse: true, snapshotHandle: `handle-${name}`, restoreSize: 1 },
  };
}

/** Binds whatever is made for a content, as the snapshot controller does. */
function bindAll({ objects }: Sandbox): void {
  objects.store.collection(placeOf(snapshots)).watch(({ type, entry }) => {
    if (type !== 'ADDED') return;
    const snapshot = objectOf(entry);
    const { source } = snapshot.spec as { source?: { volumeSnapshotContentName?: string } };
    const content = source?.volumeSnapshotContentName;
    if (content === undefined) return;
    setImmediate(() => {
      const { uid } = snapshot.metadata;
      objects.touch(contents, objects.get(contents, undefined, content), (one) => {
        Object.assign((one.spec as { volumeSnapshotRef: object }).volumeSnapshotRef, { uid });
      });
      const status = { readyToUse: true, boundVolumeSnapshotContentName: content };
      objects.touch(snapshots, snapshot, (one) => void (one.status = status), 'status');
    });
  });
}

const { seed, oneIn, timeout } = size;

describe(`rebind of contents with hostile metadata (seed ${seed})`, () => {
  it('touches nothing but the content that was named and what takes its place', { timeout }, async () => {
    const draws = new Draws(seed, isExhaustive ? Math.min(oneIn * 8, 128) : 640);
    const orphans = draws
      .each(contentSlots)
      .map(({ slot, text }, index) => withValue(orphan(`old-${index}`), slot, text));
    const inTheWay = draws
      .each(slotsOf.volumesnapshots)
      .slice(0, 10)
      .map(({ slot, text }, index) => {
        const metadata = {
          namespace,
          name: `gone-old-${index * 4}`,
          uid: `uid-${index}`,
          creationTimestamp: '2026-11-01T02:30:00Z',
        };
        return withValue(
          { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot', metadata },
          slot,
          text,
        );
      });
    await using sandbox = await openSandbox({ start: now, isStill: true });
    const place = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, uid: 'uid-of-it' } };
    load(
      sandbox,
      honestWorld(),
      new Map([
        [namespaces, [place]],
        [contents, orphans],
        [snapshots, inTheWay],
      ]),
    );
    bindAll(sandbox);
    const before = honestState(sandbox);
    const problems: string[] = [];
    for (const {
      metadata: { name = '' },
    } of orphans) {
      const ran = await runCommand(
        rebind,
        { flags: { content: name, 'dry-run': 'false', 'wait-timeout': '5s' } },
        sandbox,
      );
      const own = new Set([name, `rebound-uid-${name}`]);
      const touched = ran.requests.filter(
        ({ verb, resource, name: asked }) =>
          verb !== 'list' && resource === 'volumesnapshotcontents' && asked !== undefined && !own.has(asked),
      );
      problems.push(...touched.map(({ verb, path }) => `${name}: ${verb} ${path}`));
      for (const judge of [defectsOf, steeringIn, excessesIn])
        problems.push(...judge(ran).map((words) => `${name}: ${words}`));
      problems.push(...straysOf(ran, { verbs, namespaces: [namespace] }).map((words) => `${name}: ${words}`));
    }
    expect(problems).toEqual([]);
    expect(honestState(sandbox)).toEqual(before);
    expect(
      sandbox.objects.all(contents).filter(({ metadata }) => metadata.name?.startsWith('rebound-')).length,
    ).toBeGreaterThan(10);
  });
});
