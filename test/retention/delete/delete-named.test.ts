import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CancelledError } from '../../../src/core/errors.ts';
import type { Deletion } from '../../../src/retention/delete/plan-deletion.ts';
import { deleteNamed } from '../../../src/retention/delete/delete-named.ts';
import { annotation, label } from '../../../src/snapshots/labels.ts';
import { reset, status, type Fault } from '../../../scripts/faults/fault.ts';
import { startFaults, type Faults } from '../../../scripts/faults/faults.ts';
import { contents, snapshots } from '../../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../../scripts/sandbox/sandbox.ts';
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

const past = { [label.deleteAfter]: '2026-11-20' };
const held = { [label.hold]: 'true' };
type Confirm = (going: readonly Deletion[]) => Promise<void>;

const yes: Confirm = () => Promise.resolve();

describe('delete', () => {
  let sandbox: Sandbox;
  let faults: Faults;
  /** Called before each answer is passed on. */
  let onAnswer: (request: { verb: string; resource: string }) => void;

  beforeEach(async () => {
    sandbox = await openVolume();
    onAnswer = () => {};
    const hook = (event: { phase: string; request: { verb: string; resource: string } }): void => {
      if (event.phase === 'answered') onAnswer(event.request);
    };
    faults = await startFaults({ server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} }, { hook });
    await snap(sandbox, 'newest', tiered({ [label.daily]: '2026-11-21' }));
  });
  afterEach(async () => {
    await faults[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
  });

  async function run(names: readonly string[], { evenTheLast = false, confirm = yes, settles = true } = {}) {
    const settings = { snapshots: names, namespace, yes: true, evenTheLast };
    try {
      return await inSandbox(sandbox, faults.url, (context) =>
        deleteNamed(settings, { confirm: ({ details }) => confirm(details) }, context),
      );
    } finally {
      if (settles) await untilSettled(sandbox);
    }
  }
  const left = () => Object.keys(dates(sandbox));
  const failure = (name: string, words: string) => ({
    name,
    error: expect.stringContaining(words) as string,
  });

  test('takes the data with it, also where the content would be retained', async () => {
    const folders = [
      await snap(sandbox, 'old', tiered()),
      await snap(sandbox, 'retained', tiered(), retaining),
    ];
    expect((await run(['old', 'retained'])).deleted).toEqual([
      { name: 'old', pvc: 'data', wasGone: false },
      { name: 'retained', pvc: 'data', wasGone: false },
    ]);
    expect(left()).toEqual(['newest']);
    expect(folders.map(hasData)).toEqual([false, false]);
    expect(sandbox.objects.all(contents)).toHaveLength(1);
  });

  test('asks once, about all that would go, and changes nothing before and after a no', async () => {
    await snap(sandbox, 'old', tiered(), retaining);
    await snap(sandbox, 'held', tiered(held));
    const asked: string[][] = [];
    const confirm: Confirm = (going) => {
      asked.push(going.map(({ snapshot }) => snapshot.name));
      return Promise.reject(new CancelledError('no'));
    };
    await expect(run(['old', 'held', 'none'], { confirm })).rejects.toMatchObject({ reason: 'cancelled' });
    expect(asked).toEqual([['old']]);
    expect(left()).toEqual(['held', 'newest', 'old']);
    expect(faults.requests.map(({ verb }) => verb)).toEqual(['list', 'list']);
  });

  test('asks nothing when nothing would go', async () => {
    const confirm: Confirm = () => Promise.reject(new Error('asked'));
    await expect(run(['newest', 'none'], { confirm })).rejects.toMatchObject({ reason: 'partial' });
  });

  test('refuses what is held, by the label or by a date that was taken away, and deletes the others', async () => {
    await snap(sandbox, 'held', tiered(held));
    await snap(sandbox, 'undated', tiered());
    sandbox.objects.update(snapshots, namespace, 'undated', (one) => ({
      ...one,
      metadata: { ...one.metadata, annotations: { [annotation.markedAt]: '2026-11-01T00:00:00Z' } },
    }));
    await snap(sandbox, 'old', tiered());
    await expect(run(['held', 'undated', 'old'], { evenTheLast: true })).rejects.toMatchObject({
      reason: 'partial',
      result: {
        deleted: [{ name: 'old' }],
        failed: [
          failure('held', 'backup-ns release held -n shop'),
          failure('undated', 'backup-ns release undated -n shop'),
        ],
      },
    });
    expect(left()).toEqual(['held', 'newest', 'undated']);
  });

  test('refuses the newest of a volume when all of its backups are named, unless even that may go', async () => {
    sandbox.clock.advance(60 * 60_000);
    await snap(sandbox, 'newer', tiered());
    const last = failure('newer', 'the last ready backup of its volume');
    await expect(run(['newest', 'newer'])).rejects.toMatchObject({
      result: { deleted: [{ name: 'newest' }], failed: [last] },
    });
    expect(left()).toEqual(['newer']);
    expect((await run(['newer'], { evenTheLast: true })).deleted).toMatchObject([{ name: 'newer' }]);
    expect(left()).toEqual([]);
  });

  test.each<[string, Record<string, string>]>([
    ['due', past],
    ['of another volume', { [label.pvc]: 'media' }],
  ])('counts a snapshot that is %s as nothing that is left', async (_, labels) => {
    await snap(sandbox, 'other', tiered(labels));
    await expect(run(['newest'])).rejects.toMatchObject({
      result: { failed: [failure('newest', 'the last')] },
    });
  });

  test('counts neither one that is not ready nor one on its way out as something that is left', async () => {
    neverReady('failed', tiered());
    await snap(sandbox, 'leaving', tiered());
    leave('leaving');
    await expect(run(['newest'], { settles: false })).rejects.toMatchObject({
      result: { failed: [failure('newest', 'the last')] },
    });
  });

  test('counts one that is held as something that is left, also where it was named', async () => {
    await snap(sandbox, 'held', tiered(held));
    await expect(run(['newest', 'held'])).rejects.toMatchObject({
      result: { deleted: [{ name: 'newest' }], failed: [{ name: 'held' }] },
    });
    expect(left()).toEqual(['held']);
  });

  test('deletes by name what is not ready and what others have made', async () => {
    neverReady('failed', tiered());
    await snap(sandbox, 'foreign', {});
    await snap(sandbox, 'foreign-of-another-volume', { [label.pvc]: 'media' });
    const names = ['failed', 'foreign', 'foreign-of-another-volume'];
    expect((await run(names)).deleted.map(({ name }) => name)).toEqual(names);
    expect(left()).toEqual(['newest']);
  });

  test.each<[string, (name: string) => void, object]>([
    [
      'that is held meanwhile',
      (name) => setLabels(sandbox, name, held),
      { deleted: [], failed: [{ name: 'old', error: expect.stringContaining('held by a user now') }] },
    ],
    [
      'of whose volume nothing would be left meanwhile',
      () => sandbox.objects.delete(snapshots, namespace, 'newest'),
      { deleted: [], failed: [{ name: 'old', error: expect.stringContaining("'newest'") }] },
    ],
  ])('leaves a snapshot alone %s', async (_, meanwhile, result) => {
    await snap(sandbox, 'old', tiered());
    const confirm: Confirm = () => Promise.resolve(meanwhile('old'));
    await expect(run(['old'], { confirm })).rejects.toMatchObject({ reason: 'partial', result });
    expect(left()).toContain('old');
  });

  test('leaves another one alone that has taken the place of the one that was shown', async () => {
    await snap(sandbox, 'old', tiered());
    const confirm: Confirm = async () => {
      sandbox.objects.delete(snapshots, namespace, 'old');
      await untilSettled(sandbox);
      await snap(sandbox, 'old', tiered());
    };
    expect((await run(['old'], { confirm })).deleted).toMatchObject([{ name: 'old', wasGone: true }]);
    expect(left()).toContain('old');
  });

  test('reads a snapshot anew that somebody touches between its reading and its deletion', async () => {
    await snap(sandbox, 'old', tiered());
    let touches = 0;
    onAnswer = ({ verb, resource }) => {
      if (verb === 'get' && resource === 'volumesnapshots' && touches++ === 0)
        setLabels(sandbox, 'old', { touched: 'yes' });
    };
    expect((await run(['old'])).deleted).toMatchObject([{ wasGone: false }]);
    expect(faults.requests.filter(({ verb }) => verb === 'delete')).toHaveLength(2);
  });

  test.each([403, 500])(
    'goes on after one whose deletion is answered with %i, and says which',
    async (code) => {
      for (const name of ['a', 'b']) await snap(sandbox, name, tiered());
      faults.inject({ verb: 'delete', name: 'a', times: 1000 }, status(code));
      await expect(run(['a', 'b'])).rejects.toMatchObject({
        reason: 'partial',
        message: "One snapshot in namespace 'shop' could not be deleted: 'a'; the log says why",
        result: { deleted: [{ name: 'b' }], failed: [{ name: 'a' }] },
      });
      faults.clear();
      expect((await run(['a'])).deleted).toMatchObject([{ name: 'a' }]);
    },
  );

  test('keeps a snapshot whose data would stay because its content may not be changed', async () => {
    const folder = await snap(sandbox, 'retained', tiered(), retaining);
    const may = { verb: 'patch', resource: 'volumesnapshotcontents', times: 1000 };
    faults.inject(may, status(403, { message: 'you may not patch contents' }));
    await expect(run(['retained'])).rejects.toMatchObject({
      result: { failed: [{ name: 'retained', error: 'you may not patch contents' }] },
    });
    expect(left()).toContain('retained');
    faults.clear();
    await run(['retained']);
    expect(hasData(folder)).toBe(false);
  });

  test('deletes nothing when the snapshots cannot be listed', async () => {
    faults.inject({ verb: 'list', times: 1000 }, status(403));
    await expect(run(['newest'], { evenTheLast: true })).rejects.toThrow('403');
    expect(left()).toEqual(['newest']);
  });

  test.each(
    sampled<[string, string, Fault]>(
      [
        ['a deletion', 'delete', reset('after')],
        ['a deletion', 'delete', reset('before')],
        ['a deletion', 'delete', status(409)],
        ['a patch', 'patch', reset('after')],
        ['a patch', 'patch', status(409)],
        ['a look', 'get', status(503)],
        ['the list', 'list', status(500)],
      ],
      3,
    ),
  )('gets over the loss of the answer to %s (%s, %o)', async (_, verb, fault) => {
    const folder = await snap(sandbox, 'retained', tiered(), retaining);
    faults.inject({ verb }, fault);
    expect((await run(['retained'])).deleted).toEqual([{ name: 'retained', pvc: 'data', wasGone: false }]);
    expect(hasData(folder)).toBe(false);
  });

  function neverReady(name: string, labels: Record<string, string>): void {
    const spec = { volumeSnapshotClassName: 'none', source: { persistentVolumeClaimName: 'data' } };
    sandbox.objects.create(snapshots, namespace, {
      apiVersion: '',
      kind: '',
      metadata: { name, labels },
      spec,
    });
  }

  /** Deleted, and held up by a finalizer. */
  function leave(name: string): void {
    sandbox.objects.update(snapshots, namespace, name, (one) => ({
      ...one,
      metadata: { ...one.metadata, finalizers: ['test/stays'] },
    }));
    sandbox.objects.delete(snapshots, namespace, name);
  }
});
