import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hold } from '../../../src/retention/hold/hold.ts';
import { markAndDelete } from '../../../src/retention/mark-and-delete/mark-and-delete.ts';
import { release } from '../../../src/retention/hold/release.ts';
import { markAndDeleteSettings } from '../../../src/retention/mark-and-delete/settings.ts';
import { readSettings } from '../../../src/settings/read.ts';
import { annotation, label } from '../../../src/snapshots/labels.ts';
import { reset, status, type Fault } from '../../../scripts/faults/fault.ts';
import { startFaults, type Faults } from '../../../scripts/faults/faults.ts';
import { snapshots } from '../../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { sourcesOf } from '../../settings/sources.ts';
import { dates, namespace, openVolume, setLabels, snap, tiered, untilSettled } from '../real-snapshots.ts';
import { inSandbox } from '../support.ts';
import type { SnapshotContext } from '../../../src/snapshots/provider.ts';

const dayMs = 24 * 60 * 60_000;
const today = '2026-11-21';
const past = { [label.deleteAfter]: '2026-11-20' };

describe('a hold', () => {
  let sandbox: Sandbox;
  let faults: Faults;
  /** Called before each answer is passed on. */
  let onAnswer: (verb: string) => void | Promise<void>;

  beforeEach(async () => {
    sandbox = await openVolume();
    onAnswer = () => {};
    const hook = async (event: { phase: string; request: { verb: string } }): Promise<void> => {
      if (event.phase === 'answered') await onAnswer(event.request.verb);
    };
    faults = await startFaults({ server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} }, { hook });
    await snap(sandbox, 'newest', tiered({ [label.daily]: today }));
  });
  afterEach(async () => {
    await faults[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
  });

  const run = <Result>(use: (context: SnapshotContext) => Promise<Result>) =>
    inSandbox(sandbox, faults.url, use);
  const holdThem = (...names: string[]) => run((context) => hold({ snapshots: names, namespace }, context));
  const releaseThem = (...names: string[]) =>
    run((context) => release({ snapshots: names, namespace }, context));
  const sweep = () => {
    const { settings } = readSettings(markAndDeleteSettings, sourcesOf({ MARK_AND_DELETE_PAUSE: '0' }));
    return run((context) => markAndDelete(settings, context));
  };
  const metadata = (name: string) => sandbox.objects.get(snapshots, namespace, name).metadata;
  const isHeld = (name: string) => metadata(name).labels?.[label.hold] === 'true';
  const patches = () => faults.requests.filter(({ verb }) => verb === 'patch');

  test('keeps a snapshot whose day is past, until it is released', async () => {
    await snap(sandbox, 'due', tiered(past));
    expect((await holdThem('due')).held).toEqual([{ name: 'due', pvc: 'data', wasHeld: false }]);
    expect((await sweep()).others).toMatchObject([{ name: 'due', fate: 'keep' }]);
    const next = 'delete-after 2026-11-20 has passed, so the next mark-and-delete deletes it';
    expect((await releaseThem('due')).released).toMatchObject([{ name: 'due', wasHeld: true, next }]);
    expect((await sweep()).deleted).toMatchObject([{ name: 'due' }]);
  });

  test('is also that a user has taken a date away, which a release lifts as well', async () => {
    await snap(sandbox, 'old', tiered());
    await sweep();
    setLabels(sandbox, 'old', { [label.deleteAfter]: null });
    expect((await sweep()).marked).toEqual([]);
    const next =
      'no tier keeps it any more, so the next mark-and-delete gives it a date to go, unless it is the newest of its volume';
    expect((await releaseThem('old')).released).toMatchObject([{ name: 'old', wasHeld: true, next }]);
    expect((await sweep()).marked).toMatchObject([{ name: 'old' }]);
    expect(dates(sandbox)['old']).toBe(today);
  });

  test('that is lifted leaves the mark of a date that is still there', async () => {
    await snap(sandbox, 'old', tiered());
    await sweep();
    await holdThem('old');
    const { released } = await releaseThem('old');
    expect(released).toMatchObject([{ wasHeld: true, next: `deleted after ${today}` }]);
    expect(metadata('old').annotations?.[annotation.markedAt]).toBeDefined();
    expect(dates(sandbox)['old']).toBe(today);
  });

  test('is for any snapshot, also one of others', async () => {
    await snap(sandbox, 'foreign', past);
    await holdThem('foreign');
    sandbox.clock.advance(dayMs);
    expect((await sweep()).deleted).toEqual([]);
    setLabels(sandbox, 'foreign', { [label.deleteAfter]: null });
    const next = 'not made by backup-ns, so nothing deletes it by itself';
    expect((await releaseThem('foreign')).released).toMatchObject([{ name: 'foreign', next }]);
  });

  test('that is there already, or is none, is not a change', async () => {
    await holdThem('newest');
    expect((await holdThem('newest')).held).toMatchObject([{ wasHeld: true }]);
    await releaseThem('newest');
    const next = `stays: stands for ${today}`;
    expect((await releaseThem('newest')).released).toMatchObject([{ wasHeld: false, next }]);
    expect(patches()).toHaveLength(2);
  });

  test('takes the names in their order, and goes on after one that is not there', async () => {
    for (const name of ['b', 'a']) await snap(sandbox, name, tiered());
    await expect(holdThem('b', 'none', 'a')).rejects.toMatchObject({
      reason: 'partial',
      message: "One snapshot in namespace 'shop' could not be held: 'none'; the log says why",
      result: {
        held: [{ name: 'b' }, { name: 'a' }],
        failed: [
          {
            name: 'none',
            error: expect.stringContaining("no VolumeSnapshot 'none' in namespace 'shop'") as string,
          },
        ],
      },
    });
    await expect(releaseThem('b', 'none', 'a')).rejects.toMatchObject({
      result: { released: [{ name: 'b' }, { name: 'a' }], failed: [{ name: 'none' }] },
    });
  });

  test('is refused for one that is on its way out', async () => {
    await snap(sandbox, 'leaving', tiered());
    sandbox.objects.update(snapshots, namespace, 'leaving', (one) => ({
      ...one,
      metadata: { ...one.metadata, finalizers: ['test/stays'] },
    }));
    sandbox.objects.delete(snapshots, namespace, 'leaving');
    await expect(holdThem('leaving', 'newest')).rejects.toMatchObject({
      result: {
        held: [{ name: 'newest' }],
        failed: [{ name: 'leaving', error: expect.stringContaining('being deleted already') as string }],
      },
    });
  });

  test('reads a snapshot anew that somebody touches meanwhile', async () => {
    let touches = 0;
    onAnswer = (verb) => {
      if (verb === 'get' && touches++ < 3) setLabels(sandbox, 'newest', { touched: String(touches) });
    };
    expect((await holdThem('newest')).held).toHaveLength(1);
    expect(patches()).toHaveLength(4);
    expect(metadata('newest').labels).toMatchObject({ [label.hold]: 'true', touched: '3' });
  });

  test('gives up on a snapshot that is touched without end', async () => {
    let touches = 0;
    onAnswer = (verb) => {
      if (verb === 'get') setLabels(sandbox, 'newest', { touched: String(touches++) });
    };
    await expect(holdThem('newest')).rejects.toMatchObject({ result: { failed: [{ name: 'newest' }] } });
    expect(isHeld('newest')).toBe(false);
  });

  test('says that a snapshot is gone that somebody deletes meanwhile', async () => {
    onAnswer = async (verb) => {
      if (verb !== 'get' || !sandbox.objects.find(snapshots, namespace, 'newest')) return;
      sandbox.objects.delete(snapshots, namespace, 'newest');
      await untilSettled(sandbox);
    };
    const error = expect.stringContaining("no VolumeSnapshot 'newest'") as string;
    await expect(holdThem('newest')).rejects.toMatchObject({
      result: { held: [], failed: [{ name: 'newest', error }] },
    });
  });

  test.each<[string, string, Fault]>([
    ['a patch', 'patch', reset('after')],
    ['a patch', 'patch', reset('before')],
    ['a patch', 'patch', status(500)],
    ['a look', 'get', status(503)],
  ])('gets over the loss of the answer to %s (%s, %o)', async (_, verb, fault) => {
    faults.inject({ verb }, fault);
    expect((await holdThem('newest')).held).toMatchObject([{ name: 'newest', wasHeld: false }]);
    expect(isHeld('newest')).toBe(true);
  });

  test('that is forbidden says so, and goes on', async () => {
    await snap(sandbox, 'other', tiered());
    faults.inject({ verb: 'patch', name: 'newest' }, status(403, { message: 'you may not patch' }));
    await expect(holdThem('newest', 'other')).rejects.toMatchObject({
      result: { held: [{ name: 'other' }], failed: [{ name: 'newest', error: 'you may not patch' }] },
    });
  });
});
