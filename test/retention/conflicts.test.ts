import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { markAndDelete } from '../../src/retention/mark-and-delete/mark-and-delete.ts';
import { retain } from '../../src/retention/retain/retain.ts';
import { markAndDeleteSettings } from '../../src/retention/mark-and-delete/settings.ts';
import { readSettings } from '../../src/settings/read.ts';
import { retainSettings } from '../../src/retention/retain/settings.ts';
import { annotation, label } from '../../src/snapshots/labels.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { startFaults, type Faults } from '../../scripts/faults/faults.ts';
import { snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { sourcesOf } from '../settings/sources.ts';
import { inSandbox, openFleet } from './support.ts';
import type { SnapshotContext } from '../../src/snapshots/provider.ts';

const policy = { RETAIN_LAST_DAILY: '2', RETAIN_LAST_WEEKLY: '0', RETAIN_LAST_MONTHLY: '0' };
const retaining = (context: SnapshotContext) =>
  retain(readSettings(retainSettings, sourcesOf(policy)).settings, context);
const given = { MARK_AND_DELETE_PAUSE: '0' };
const marking = (context: SnapshotContext) =>
  markAndDelete(readSettings(markAndDeleteSettings, sourcesOf(given)).settings, context);

/** What the snapshot controller writes when the class of a snapshot is gone. */
function noteError(snapshot: KubeObject, count: number): void {
  const error = { message: `no class, for the ${count}th time` };
  snapshot.status = { ...(snapshot.status as object), error };
}

describe('while something else writes to the snapshots', { timeout: 60_000 }, () => {
  let sandbox: Sandbox;
  let faults: Faults;
  /** Called before each request that changes a snapshot is passed on: after it was read, in the worst moment. */
  let onPatch: (name: string) => void;

  beforeEach(async () => {
    sandbox = await openFleet([{ namespace: 'shop', pvc: 'data', nights: 5 }]);
    onPatch = () => {};
    const hook = ({
      phase,
      request,
    }: {
      phase: string;
      request: { verb: string; name?: string | undefined };
    }) => {
      if (phase === 'received' && request.verb === 'patch') onPatch(request.name ?? '');
    };
    faults = await startFaults({ server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} }, { hook });
  });
  afterEach(async () => {
    await faults[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
  });

  function touch(name: string, change: (snapshot: KubeObject) => void, subresource?: 'status'): void {
    const snapshot = sandbox.objects.get(snapshots, 'shop', name);
    sandbox.objects.touch(snapshots, snapshot, change, subresource);
  }
  const run = <Result>(use: (context: SnapshotContext) => Promise<Result>) =>
    inSandbox(sandbox, faults.url, use);

  test('into their status, again and again, retain and mark-and-delete do all the same what they planned', async () => {
    const touches = new Map<string, number>();
    onPatch = (name) => {
      const count = (touches.get(name) ?? 0) + 1;
      touches.set(name, count);
      if (count <= 3) touch(name, (snapshot) => noteError(snapshot, count), 'status');
    };
    const { changed, failed, skipped } = await run(retaining);
    expect({ changed: changed.length, failed, skipped }).toEqual({ changed: 3, failed: [], skipped: [] });
    touches.clear();
    expect(await run(marking)).toMatchObject({ failed: [], skipped: [] });
    expect(touches.size).toBeGreaterThan(2);
  });

  test('without end, a run ends, and names what it left alone', async () => {
    let count = 0;
    onPatch = (name) => touch(name, (snapshot) => noteError(snapshot, ++count), 'status');
    const { failed, skipped } = await run(retaining);
    expect({ failed, skipped: skipped.length }).toEqual({ failed: [], skipped: 3 });
    expect(count).toBe(30);
  });

  test.each<[string, (snapshot: KubeObject) => void, 'status'?]>([
    ['a hold', ({ metadata }) => void (metadata.labels = { ...metadata.labels, [label.hold]: 'true' })],
    [
      'a date',
      ({ metadata }) => void (metadata.labels = { ...metadata.labels, [label.deleteAfter]: '2027-01-01' }),
    ],
    [
      'that it is not a backup',
      ({ metadata }) => void (metadata.annotations = { [annotation.failed]: 'no' }),
    ],
    [
      'that it is not ready',
      ({ status }) => void Object.assign(status ?? {}, { readyToUse: false }),
      'status',
    ],
    [
      'another day',
      ({ metadata }) => void (metadata.labels = { ...metadata.labels, [label.daily]: '2026-11-01' }),
    ],
  ])(
    'who has written %s since is believed, and the snapshot is left to the next run',
    async (_, change, subresource) => {
      const touched = new Set<string>();
      onPatch = (name) => {
        if (!touched.has(name)) touch(name, change, subresource);
        touched.add(name);
      };
      const before = sandbox.objects.all(snapshots, 'shop').length;
      const { failed, skipped } = await run(retaining);
      expect({ failed, skipped: skipped.length }).toEqual({ failed: [], skipped: 3 });
      const daily = sandbox.objects
        .all(snapshots, 'shop')
        .filter(({ metadata }) => metadata.labels?.[label.daily]);
      expect(daily).toHaveLength(before);
    },
  );
});
