import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KubeError } from '../../src/kube/error.ts';
import { markAndDelete } from '../../src/retention/mark-and-delete/mark-and-delete.ts';
import { retain } from '../../src/retention/retain/retain.ts';
import { markAndDeleteSettings } from '../../src/retention/mark-and-delete/settings.ts';
import { readSettings } from '../../src/settings/read.ts';
import { retainSettings } from '../../src/retention/retain/settings.ts';
import { annotation, label } from '../../src/snapshots/labels.ts';
import { snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { sourcesOf } from '../settings/sources.ts';
import { dates, openVolume, snap, tiered, untilSettled } from './real-snapshots.ts';
import { inSandbox, openFleet, tiersLeft } from './support.ts';
import type { SnapshotContext } from '../../src/snapshots/provider.ts';

const hour = 60 * 60_000;
const day = 24 * hour;

function marking(given: Record<string, string> = {}) {
  const all = { MARK_AND_DELETE_PAUSE: '0', ...given };
  const { settings } = readSettings(markAndDeleteSettings, sourcesOf(all));
  return (context: SnapshotContext) => markAndDelete(settings, context);
}

const retaining = (context: SnapshotContext) =>
  retain(readSettings(retainSettings, sourcesOf({})).settings, context);

/** What a run on a node sees whose clock is off. */
function off(context: SnapshotContext, milliseconds: number): SnapshotContext {
  const now = () => new Date(context.clock.now().getTime() + milliseconds);
  const { clock } = context;
  const own: typeof clock = {
    now,
    monotonic: () => clock.monotonic(),
    sleep: (...given) => clock.sleep(...given),
  };
  return { ...context, clock: own };
}

describe('on a node with a wrong clock', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await openFleet([{ namespace: 'shop', pvc: 'data', nights: 20 }]);
  });
  afterEach(() => sandbox[Symbol.asyncDispose]());

  const state = () => sandbox.objects.all(snapshots).map(({ metadata }) => metadata.resourceVersion);
  const changes = () => sandbox.requests.filter(({ verb }) => verb === 'patch' || verb === 'delete').length;

  test('nothing is taken off, marked or deleted, and the run says why', async () => {
    const node = (run: (context: SnapshotContext) => Promise<object>, offset: number) =>
      inSandbox(sandbox, undefined, (context) => run(off(context, offset)));
    await node(retaining, 0);
    await node(marking(), 0);
    const [before, count] = [state(), changes()];
    expect(count).toBeGreaterThan(0);
    for (const offset of [2 * day, 40 * day, 365 * day, 10 * 60_000, -10 * 60_000, -2 * day, -365 * day]) {
      const words = expect.stringContaining(offset > 0 ? 'ahead of' : 'behind') as string;
      await expect(node(retaining, offset)).rejects.toMatchObject({ reason: 'preflight', message: words });
      await expect(node(marking(), offset)).rejects.toMatchObject({ reason: 'preflight', message: words });
    }
    expect([state(), changes()]).toEqual([before, count]);
  });

  test('by a minute all is as ever', async () => {
    const run = (context: SnapshotContext) => retaining(off(context, 60_000));
    expect((await inSandbox(sandbox, undefined, run)).changed).not.toEqual([]);
  });

  test('and by an API server that does not say the time nothing is changed', async () => {
    const before = tiersLeft(sandbox);
    const fields = { status: 200, reason: 'UnexpectedAnswer', retryable: false };
    const silent = () => Promise.reject(new KubeError('the answer does not say what time it is', fields));
    for (const run of [retaining, marking()] as ((context: SnapshotContext) => Promise<object>)[]) {
      const attempt = inSandbox(sandbox, undefined, (context) =>
        run({ ...context, kube: { ...context.kube, serverTime: silent } }),
      );
      await expect(attempt).rejects.toMatchObject({ reason: 'preflight' });
    }
    expect(tiersLeft(sandbox)).toEqual(before);
  });
});

describe('what was marked', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await openVolume();
    await snap(sandbox, 'newest', tiered({ [label.daily]: '2026-11-21' }));
    await snap(sandbox, 'old', tiered());
  });
  afterEach(() => sandbox[Symbol.asyncDispose]());

  async function sweep(given: Record<string, string> = {}) {
    const { deleted, others } = await inSandbox(sandbox, undefined, marking(given));
    await untilSettled(sandbox);
    return { deleted: deleted.map(({ name }) => name), fates: others.map(({ fate }) => fate) };
  }

  function annotate(text: string): void {
    const old = sandbox.objects.get(snapshots, 'shop', 'old');
    sandbox.objects.touch(snapshots, old, ({ metadata }) => {
      metadata.annotations = { [annotation.markedAt]: text };
      metadata.labels = tiered({ [label.deleteAfter]: '2026-11-20' });
    });
  }

  test('stays for its grace, whatever the zone of another install says of its day', async () => {
    sandbox.clock.advance(hour);
    await sweep({ TZ: 'UTC' });
    expect(await sweep({ TZ: 'Pacific/Auckland' })).toEqual({ deleted: [], fates: ['wait'] });
    sandbox.clock.advance(21 * hour);
    expect(await sweep({ TZ: 'Pacific/Auckland' })).toEqual({ deleted: [], fates: ['wait'] });
    sandbox.clock.advance(hour);
    expect(await sweep({ TZ: 'Pacific/Auckland' })).toEqual({ deleted: ['old'], fates: [] });
  });

  test('stays as long as the setting says', async () => {
    await sweep();
    sandbox.clock.advance(2 * day);
    expect(await sweep({ MARK_AND_DELETE_GRACE: '72h' })).toEqual({ deleted: [], fates: ['wait'] });
    sandbox.clock.advance(day);
    expect(await sweep({ MARK_AND_DELETE_GRACE: '72h' })).toEqual({ deleted: ['old'], fates: [] });
  });

  test('by the night of a run that begins a little earlier than the last, over a day of 23 hours, goes', async () => {
    await sweep();
    sandbox.clock.advance(23 * hour - 60_000);
    expect((await sweep({ TZ: 'Pacific/Auckland' })).deleted).toEqual(['old']);
  });

  test.each(['', 'yesterday', '2026-11-20', '0', '2026-11-19T00:00:00', '2027-01-01T00:00:00.000Z'])(
    "at '%s' is left to a person, for nobody knows for how long",
    async (text) => {
      annotate(text);
      const { deleted, others } = await inSandbox(sandbox, undefined, marking());
      expect(deleted).toEqual([]);
      expect(others).toMatchObject([
        { name: 'old', fate: 'refuse', reason: expect.stringContaining(annotation.markedAt) },
      ]);
      expect(Object.keys(dates(sandbox))).toContain('old');
    },
  );
});
