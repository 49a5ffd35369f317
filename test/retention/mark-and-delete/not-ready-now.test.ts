import { afterEach, expect, test, vi } from 'vitest';
import { markAndDelete } from '../../../src/retention/mark-and-delete/mark-and-delete.ts';
import { retain } from '../../../src/retention/retain/retain.ts';
import { markAndDeleteSettings } from '../../../src/retention/mark-and-delete/settings.ts';
import { readSettings } from '../../../src/settings/read.ts';
import { retainSettings } from '../../../src/retention/retain/settings.ts';
import { annotation } from '../../../src/snapshots/labels.ts';
import { claims, snapshots } from '../../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { sourcesOf } from '../../settings/sources.ts';
import { inSandbox, openFleet, tiersLeft } from '../support.ts';

const dayMs = 24 * 60 * 60_000;
let sandbox: Sandbox;
afterEach(() => sandbox[Symbol.asyncDispose]());

const runRetain = () =>
  inSandbox(sandbox, undefined, (context) =>
    retain(readSettings(retainSettings, sourcesOf({})).settings, context),
  );

const sweep = () =>
  inSandbox(sandbox, undefined, (context) =>
    markAndDelete(
      readSettings(markAndDeleteSettings, sourcesOf({ MARK_AND_DELETE_PAUSE: '0' })).settings,
      context,
    ),
  );

test('snapshots that were ready for months and are not ready in one run keep their labels, get no date and stay', async () => {
  sandbox = await openFleet([{ namespace: 'shop', pvc: 'data', nights: 60 }]);
  const before = tiersLeft(sandbox);
  const missing = { readyToUse: false, error: { message: 'VolumeSnapshotContent is missing' } };
  for (const one of sandbox.objects.all(snapshots, 'shop')) {
    sandbox.objects.touch(
      snapshots,
      one,
      ({ status }) => void Object.assign(status ?? {}, missing),
      'status',
    );
  }
  const labelled = Object.keys(before).length;
  expect(await runRetain()).toMatchObject({
    changed: [],
    leftAlone: [{ namespace: 'shop', pvc: 'data', snapshots: 59 }],
  });
  expect(labelled).toBe(60);
  expect(tiersLeft(sandbox)).toEqual(before);
  expect((await sweep()).marked).toEqual([]);
  sandbox.clock.advance(dayMs);
  expect((await sweep()).deleted).toEqual([]);
  expect(sandbox.objects.all(snapshots, 'shop')).toHaveLength(60);
});

test('the history of a volume is left as it is when its PVC is deleted, also with a policy of its own', async () => {
  sandbox = await openFleet([{ namespace: 'shop', pvc: 'data', nights: 30 }]);
  const [claim] = sandbox.objects.all(claims, 'shop');
  sandbox.objects.touch(claims, claim!, ({ metadata }) => {
    metadata.annotations = { [annotation.retainPolicy]: 'daily=60,weekly=60,monthly=60' };
  });
  expect((await runRetain()).changed).toEqual([]);
  sandbox.objects.delete(claims, 'shop', 'data');
  await vi.waitUntil(() => sandbox.objects.all(claims, 'shop').length === 0, { timeout: 10_000 });
  expect(await runRetain()).toMatchObject({ changed: [], leftAlone: [{ pvc: 'data', snapshots: 30 }] });
});
