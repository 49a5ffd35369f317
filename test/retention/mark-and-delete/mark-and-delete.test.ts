import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  markAndDelete,
  type MarkAndDeleteResult,
} from '../../../src/retention/mark-and-delete/mark-and-delete.ts';
import { markAndDeleteSettings } from '../../../src/retention/mark-and-delete/settings.ts';
import { readSettings } from '../../../src/settings/read.ts';
import { annotation, label } from '../../../src/snapshots/labels.ts';
import { reset, status, type Fault } from '../../../scripts/faults/fault.ts';
import { startFaults, type Faults } from '../../../scripts/faults/faults.ts';
import { contents, snapshots } from '../../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import type { LogLine } from '../../support/context.ts';
import { sourcesOf } from '../../settings/sources.ts';
import {
  dates,
  hasData,
  namespace,
  openVolume,
  retaining,
  setLabels,
  snap,
  tiered,
  untilSettled,
} from '../real-snapshots.ts';
import { inSandbox } from '../support.ts';
import { sampled } from '../../support/exhaustive.ts';

const dayMs = 24 * 60 * 60_000;
const today = '2026-11-21';
const past = { [label.deleteAfter]: '2026-11-20' };

describe('mark-and-delete', () => {
  let sandbox: Sandbox;
  let faults: Faults;
  /** Called before each answer is passed on. */
  let onAnswer: (request: { verb: string; resource: string }) => void;
  /** What the last run has logged. */
  let lines: readonly LogLine[];

  beforeEach(async () => {
    sandbox = await openVolume();
    onAnswer = () => {};
    const hook = (event: { phase: string; request: { verb: string; resource: string } }): void => {
      if (event.phase === 'answered') onAnswer(event.request);
    };
    faults = await startFaults({ server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} }, { hook });
    await snap(sandbox, 'newest', tiered({ [label.daily]: today }));
  });
  afterEach(async () => {
    await faults[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
  });

  async function run(settings: Record<string, string> = {}): Promise<MarkAndDeleteResult> {
    const given = { MARK_AND_DELETE_PAUSE: '0', ...settings };
    const read = readSettings(markAndDeleteSettings, sourcesOf(given));
    try {
      return await inSandbox(sandbox, faults.url, (context) => {
        ({ lines } = context);
        return markAndDelete(read.settings, context);
      });
    } finally {
      await untilSettled(sandbox);
    }
  }
  const names = (outcomes: readonly { name: string }[]) => outcomes.map(({ name }) => name);
  /** What is said of a snapshot, or of a namespace, that a person has to look at. */
  const warnings = () =>
    lines.filter(({ level }) => level === 40).map((line) => line['snapshot'] ?? line['namespaces']);
  const verbs = () =>
    faults.requests
      .filter(({ verb, resource }) => verb !== 'list' && resource !== '')
      .map(({ verb, resource }) => `${verb} ${resource}`);

  test('marks what stands for nothing, and deletes it with its data only when that day is over', async () => {
    const folder = await snap(sandbox, 'old', tiered());
    expect(names((await run()).marked)).toEqual(['old']);
    expect(dates(sandbox)).toEqual({ newest: undefined, old: today });
    expect((await run()).deleted).toEqual([]);
    expect(hasData(folder)).toBe(true);
    sandbox.clock.advance(dayMs);
    expect(names((await run()).deleted)).toEqual(['old']);
    expect(dates(sandbox)).toEqual({ newest: undefined });
    expect(hasData(folder)).toBe(false);
  });

  test.each([
    ['no backup of the volume is ready any more', ['newest', 'old'], {}],
    ['what was to go is not ready any more', ['old'], {}],
    ['the backup of what was to stay is begun anew', [], { [label.unfinished]: 'uncut-of-1' }],
  ])('leaves what is due alone when, since it was listed, %s', async (_, out, labels) => {
    const folder = await snap(sandbox, 'old', tiered(past));
    onAnswer = ({ verb, resource }) => {
      if (`${verb} ${resource}` !== 'list volumesnapshots') return;
      for (const name of out) {
        const one = sandbox.objects.get(snapshots, namespace, name);
        sandbox.objects.touch(
          snapshots,
          one,
          ({ metadata }) => void (metadata.annotations = { [annotation.failed]: 'as its run says' }),
        );
      }
      setLabels(sandbox, 'newest', labels);
    };
    expect(await run()).toMatchObject({ deleted: [], failed: [], skipped: [{ name: 'old' }] });
    expect(hasData(folder)).toBe(true);
  });

  test('deletes a retained content after its snapshot, so that nothing stays in the storage', async () => {
    const folder = await snap(sandbox, 'retained', tiered(past), retaining);
    expect(names((await run()).deleted)).toEqual(['retained']);
    expect(hasData(folder)).toBe(false);
    expect(sandbox.objects.all(contents)).toHaveLength(1);
    expect(verbs()).toEqual([
      'get volumesnapshots',
      // Of the one that is left.
      'get volumesnapshots',
      'get volumesnapshotcontents',
      // What is to follow is noted.
      'create selfsubjectaccessreviews',
      'create selfsubjectaccessreviews',
      'patch volumesnapshotcontents',
      'delete volumesnapshots',
      'get volumesnapshots',
      'get volumesnapshotcontents',
      'patch volumesnapshotcontents',
      'delete volumesnapshotcontents',
    ]);
  });

  test('takes it for a hold when a user takes the date away', async () => {
    await snap(sandbox, 'old', tiered());
    await run();
    setLabels(sandbox, 'old', { [label.deleteAfter]: null });
    sandbox.clock.advance(2 * dayMs);
    const { marked, deleted } = await run();
    expect({ marked, deleted }).toEqual({ marked: [], deleted: [] });
    expect(dates(sandbox)).toEqual({ newest: undefined, old: undefined });
  });

  test.each(['true', 'True', 'yes', '1'])(
    'neither marks nor deletes what a user holds by %s',
    async (hold) => {
      await snap(sandbox, 'held', tiered({ [label.hold]: hold }));
      await snap(sandbox, 'dated', tiered({ ...past, [label.hold]: hold }));
      const { marked, deleted, others } = await run();
      expect({ marked, deleted }).toEqual({ marked: [], deleted: [] });
      expect(others).toMatchObject([{ name: 'dated', fate: 'keep', reason: 'held by a user' }]);
      expect(warnings()).toHaveLength(hold === 'true' ? 0 : 1);
    },
  );

  test('honours a date that a user gave to a snapshot that is none of ours, and touches no other', async () => {
    await snap(sandbox, 'foreign', {});
    await snap(sandbox, 'foreign-dated', past);
    await snap(sandbox, 'days', {
      [label.retain]: 'days',
      [label.pvc]: 'data',
      [label.deleteAfter]: '2026-12-01',
    });
    const { marked, deleted } = await run();
    expect({ marked, deleted: names(deleted) }).toEqual({ marked: [], deleted: ['foreign-dated'] });
    expect(Object.keys(dates(sandbox))).toEqual(['days', 'foreign', 'newest']);
  });

  test.each(['2026-02-30', '20.11.2026', '2026-1-1', 'yesterday'])(
    'reports the date %s, and never deletes by it',
    async (date) => {
      await snap(sandbox, 'odd', tiered({ [label.deleteAfter]: date }));
      await snap(sandbox, 'due', tiered(past));
      expect(await run()).toMatchObject({
        deleted: [{ name: 'due' }],
        others: [{ name: 'odd', fate: 'refuse' }],
      });
      expect(warnings()).toEqual(['odd', { [namespace]: 1 }]);
      expect(Object.keys(dates(sandbox))).toEqual(['newest', 'odd']);
    },
  );

  test('never deletes the last ready backup of a volume', async () => {
    setLabels(sandbox, 'newest', past);
    await snap(sandbox, 'newer', tiered(past));
    expect(await run()).toMatchObject({
      others: [{ fate: 'refuse', reason: expect.stringContaining('the last ready backup') as string }],
    });
    expect(Object.keys(dates(sandbox))).toHaveLength(1);
  });

  test('counts none as the last backup that is not ours and goes by the date of a user', async () => {
    setLabels(sandbox, 'newest', past);
    sandbox.clock.advance(60_000);
    await snap(sandbox, 'foreign', past);
    expect(await run()).toMatchObject({
      deleted: [{ name: 'foreign' }],
      others: [{ name: 'newest', fate: 'refuse' }],
    });
    expect(Object.keys(dates(sandbox))).toEqual(['newest']);
  });

  test('deletes nothing of a volume when what is to be left of it is deleted meanwhile', async () => {
    for (const name of ['a', 'b']) await snap(sandbox, name, tiered(past));
    onAnswer = ({ verb, resource }) => {
      if (verb === 'list' && resource === 'volumesnapshots')
        sandbox.objects.delete(snapshots, 'shop', 'newest');
    };
    expect(await run()).toMatchObject({
      deleted: [],
      failed: [],
      skipped: [{ name: 'a', error: expect.stringContaining("'newest'") as string }, { name: 'b' }],
    });
    expect(Object.keys(dates(sandbox))).toEqual(expect.arrayContaining(['a', 'b']));
  });

  test('deletes one that has not become ready in a day', async () => {
    sandbox.objects.create(snapshots, 'shop', {
      apiVersion: '',
      kind: '',
      metadata: { name: 'failed', labels: tiered(past) },
      spec: { volumeSnapshotClassName: 'none', source: { persistentVolumeClaimName: 'data' } },
    });
    expect((await run()).others).toMatchObject([{ name: 'failed', fate: 'wait' }]);
    sandbox.clock.advance(dayMs);
    expect(names((await run()).deleted)).toEqual(['failed']);
  });

  test('begins a day where the time zone does', async () => {
    await snap(sandbox, 'due', tiered({ [label.deleteAfter]: today }));
    // Noon of the 21st in UTC is one o'clock in the morning there.
    const there = { TZ: 'Pacific/Pago_Pago' };
    sandbox.clock.advance(dayMs / 2);
    expect((await run(there)).deleted).toEqual([]);
    sandbox.clock.advance(dayMs / 2);
    expect(names((await run(there)).deleted)).toEqual(['due']);
  });

  test('deletes no more than it may, and says how many are left', async () => {
    for (const name of ['a', 'b', 'c']) await snap(sandbox, name, tiered(past));
    const { deleted, left, leftIn } = await run({ MARK_AND_DELETE_MAX_DELETIONS: '2' });
    expect({ deleted: names(deleted), left, leftIn }).toEqual({
      deleted: ['a', 'b'],
      left: 1,
      leftIn: { shop: 1 },
    });
  });

  test('does not begin a deletion that its deadline would cut off', async () => {
    for (const name of ['a', 'b']) await snap(sandbox, name, tiered(past));
    onAnswer = ({ verb }) => {
      if (verb === 'delete') sandbox.clock.advance(59 * 60_000);
    };
    const hour = { MARK_AND_DELETE_DEADLINE: '1h', MARK_AND_DELETE_PAUSE: '2m' };
    expect(await run(hour)).toMatchObject({ deleted: [{ name: 'a' }], left: 1 });
  });

  test('changes nothing in a dry run, and says what it would', async () => {
    await snap(sandbox, 'old', tiered());
    await snap(sandbox, 'due', tiered(past));
    const { marked, deleted } = await run({ MARK_AND_DELETE_DRY_RUN: 'true' });
    expect([names(marked), names(deleted)]).toEqual([['old'], ['due']]);
    expect(verbs()).toEqual([]);
  });

  test('only marks, or only sweeps, when it is told to', async () => {
    await snap(sandbox, 'old', tiered());
    await snap(sandbox, 'due', tiered(past));
    expect((await run({ MARK_AND_DELETE_MARK_ONLY: 'true' })).deleted).toEqual([]);
    setLabels(sandbox, 'old', { [label.daily]: today, [label.deleteAfter]: null });
    const { marked, deleted } = await run({ MARK_AND_DELETE_SWEEP_ONLY: 'true' });
    expect({ marked, deleted: names(deleted) }).toEqual({ marked: [], deleted: ['due'] });
  });

  test.each([
    ['holds', { [label.hold]: 'true' }],
    ['holds in words of their own', { [label.hold]: 'yes' }],
    ['dates anew', { [label.deleteAfter]: '2027-01-01' }],
    ['takes the date away from', { [label.deleteAfter]: null }],
  ])('leaves a snapshot alone that a user %s in the last moment', async (_, labels) => {
    await snap(sandbox, 'due', tiered(past));
    onAnswer = ({ verb }) => {
      if (verb === 'list') setLabels(sandbox, 'due', labels);
    };
    expect(await run()).toMatchObject({ deleted: [], failed: [], skipped: [{ name: 'due' }] });
    expect(Object.keys(dates(sandbox))).toContain('due');
  });

  test('reads a snapshot anew that somebody touches between its reading and its deletion', async () => {
    await snap(sandbox, 'due', tiered(past));
    let touches = 0;
    onAnswer = ({ verb, resource }) => {
      if (verb === 'get' && resource === 'volumesnapshots' && touches++ === 0)
        setLabels(sandbox, 'due', { touched: 'yes' });
    };
    expect(names((await run()).deleted)).toEqual(['due']);
    expect(verbs().filter((verb) => verb === 'delete volumesnapshots')).toHaveLength(2);
  });

  test('goes on after one that fails, and says which', async () => {
    for (const name of ['a', 'b']) await snap(sandbox, name, tiered(past));
    faults.inject({ verb: 'delete', name: 'a', times: 1000 }, status(500));
    await expect(run()).rejects.toMatchObject({
      reason: 'partial',
      result: { deleted: [{ name: 'b' }], failed: [{ name: 'a' }] },
    });
    faults.clear();
    expect(names((await run()).deleted)).toEqual(['a']);
  });

  test.each(
    sampled<[string, string, Fault]>(
      [
        ['a deletion', 'delete', reset('after')],
        ['a deletion', 'delete', reset('before')],
        ['a patch', 'patch', reset('after')],
        ['a look', 'get', status(503)],
      ],
      3,
    ),
  )('gets over the loss of the answer to %s (%s, %o)', async (_, verb, fault) => {
    await snap(sandbox, 'retained', tiered(past), retaining);
    await snap(sandbox, 'old', tiered());
    faults.inject({ verb }, fault);
    const { marked, deleted, failed } = await run();
    expect({ marked: names(marked), deleted: names(deleted), failed }).toEqual({
      marked: ['old'],
      deleted: ['retained'],
      failed: [],
    });
  });
});
