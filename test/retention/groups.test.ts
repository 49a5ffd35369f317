import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deleteNamed } from '../../src/retention/delete/delete-named.ts';
import {
  markAndDelete,
  type MarkAndDeleteResult,
} from '../../src/retention/mark-and-delete/mark-and-delete.ts';
import { markAndDeleteSettings } from '../../src/retention/mark-and-delete/settings.ts';
import { readSettings } from '../../src/settings/read.ts';
import { label } from '../../src/snapshots/labels.ts';
import { reset } from '../../scripts/faults/fault.ts';
import { startFaults, type Faults } from '../../scripts/faults/faults.ts';
import { groupContents, groups, snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { sourcesOf } from '../settings/sources.ts';
import { startCommand } from '../support/command-process.ts';
import { nightlySnapshots } from '../support/nightly-snapshots.ts';
import { runInSteps, runUntil } from '../support/steps-of-a-run.ts';
import {
  dates,
  namespace,
  openVolumes,
  retaining,
  setLabels,
  snapGroup,
  tiered,
  untilSettled,
} from './real-snapshots.ts';
import { inSandbox, retainAccount } from './support.ts';
import { exhaustively, sampled } from '../support/exhaustive.ts';

const dayMs = 24 * 60 * 60_000;
const past = { [label.deleteAfter]: '2026-11-20' };
const files = { [label.pvc]: 'files' };
const daily = { [label.daily]: '2026-11-21' };
const due = { data: tiered(past), files: tiered({ ...files, ...past }) };

/** Both volumes with a group that stands for the day. */
async function openScene(): Promise<Sandbox> {
  const sandbox = await openVolumes();
  await snapGroup(sandbox, 'newest', { data: tiered(daily), files: tiered({ ...files, ...daily }) });
  return sandbox;
}

function groupsOf({ objects }: Sandbox): string[] {
  return objects.all(groups, namespace).map(({ metadata }) => metadata.name ?? '');
}

/** How many snapshots the storage has. */
function storedIn({ folder }: Sandbox): number {
  const all = join(folder, 'snapshots');
  return existsSync(all) ? readdirSync(all).length : 0;
}

async function openDue(): Promise<Sandbox> {
  const sandbox = await openScene();
  await snapGroup(sandbox, 'old', due, retaining);
  return sandbox;
}

async function expectGone(sandbox: Sandbox): Promise<void> {
  await untilSettled(sandbox);
  expect(groupsOf(sandbox)).toEqual(['newest']);
  expect(storedIn(sandbox)).toBe(2);
}

describe('members of a group', () => {
  let sandbox: Sandbox;
  let faults: Faults;
  /** Called before each answer is passed on. */
  let onAnswer: (request: { verb: string; resource: string }) => void;

  beforeEach(async () => {
    sandbox = await openScene();
    onAnswer = () => {};
    const hook = (event: { phase: string; request: { verb: string; resource: string } }): void => {
      if (event.phase === 'answered') onAnswer(event.request);
    };
    faults = await startFaults({ server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} }, { hook });
  });
  afterEach(async () => {
    await faults[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
  });

  async function sweepOnce(settings: Record<string, string> = {}): Promise<MarkAndDeleteResult> {
    const given = { MARK_AND_DELETE_PAUSE: '0', ...settings };
    const read = readSettings(markAndDeleteSettings, sourcesOf(given));
    return inSandbox(sandbox, faults.url, (context) => markAndDelete(read.settings, context));
  }

  async function run(settings: Record<string, string> = {}): Promise<MarkAndDeleteResult> {
    try {
      return await sweepOnce(settings);
    } finally {
      await untilSettled(sandbox);
    }
  }
  const deleteByName = async (...names: string[]) => {
    const settings = { snapshots: names, namespace, yes: true, evenTheLast: false };
    const yes = () => Promise.resolve();
    try {
      return await inSandbox(sandbox, faults.url, (context) =>
        deleteNamed(settings, { confirm: yes }, context),
      );
    } finally {
      await untilSettled(sandbox);
    }
  };
  const names = (outcomes: readonly { name: string }[]) => outcomes.map(({ name }) => name);
  const deletions = () =>
    faults.requests.filter(({ verb }) => verb === 'delete').map(({ resource }) => resource);

  test('are marked as other snapshots, and deleted with their group when their day is over', async () => {
    const old = await snapGroup(sandbox, 'old', { data: tiered(), files: tiered(files) });
    expect(names((await run()).marked)).toEqual(expect.arrayContaining(Object.values(old)));
    expect((await run()).deleted).toEqual([]);
    sandbox.clock.advance(dayMs);
    const { deleted, left } = await run();
    expect(new Set(names(deleted))).toEqual(new Set(Object.values(old)));
    expect(left).toBe(0);
    expect(deletions()).toEqual(['volumegroupsnapshots']);
    expect(groupsOf(sandbox)).toEqual(['newest']);
    expect(storedIn(sandbox)).toBe(2);
  });

  exhaustively.test('wait for those that are not due, and are left for a later run', async () => {
    const later = tiered({ ...files, [label.deleteAfter]: '2026-12-01' });
    const old = await snapGroup(sandbox, 'old', { data: tiered(past), files: later });
    const { deleted, others, left, failed } = await run();
    expect({ deleted, left, failed }).toEqual({ deleted: [], left: 1, failed: [] });
    const waits = `waits for its group, VolumeGroupSnapshot 'old', in which '${old.files}' of PVC 'files' stays`;
    expect(others).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: old.data, fate: 'wait', reason: waits }),
        expect.objectContaining({ name: old.files, fate: 'wait' }),
      ]),
    );
    expect(deletions()).toEqual([]);
    sandbox.clock.advance(11 * dayMs);
    expect((await run()).deleted).toHaveLength(2);
    expect(groupsOf(sandbox)).toEqual(['newest']);
  });

  test.each<[string, Record<string, string>]>([
    ['a user holds', tiered({ ...files, ...past, [label.hold]: 'true' })],
    ['a user has taken out of our hands', files],
    ['stands for its day', tiered({ ...files, ...daily })],
  ])('stay because of one that %s', async (_, labels) => {
    await snapGroup(sandbox, 'old', { data: tiered(past), files: labels });
    expect((await run()).deleted).toEqual([]);
    expect(groupsOf(sandbox)).toEqual(['newest', 'old']);
  });

  test.each(sampled(['get volumegroupsnapshots', 'patch volumegroupsnapshotcontents'], 1))(
    'stay when a user holds one of them while the run is at %s',
    async (moment) => {
      const old = await snapGroup(sandbox, 'old', due, retaining);
      onAnswer = ({ verb, resource }) => {
        if (`${verb} ${resource}` !== moment) return;
        onAnswer = () => {};
        setLabels(sandbox, old.files, { [label.hold]: 'true' });
      };
      const held = { error: 'a user holds it now; it is left as it is' };
      expect(await run()).toMatchObject({ deleted: [], failed: [], skipped: [held, held] });
      expect(groupsOf(sandbox)).toEqual(['newest', 'old']);
    },
  );

  exhaustively.test.each(sampled(['folders', retaining], 1))(
    'go although a user has deleted one of them, whose content is of class %s',
    async (className) => {
      const old = await snapGroup(sandbox, 'old', due, className);
      sandbox.objects.delete(snapshots, namespace, old.files);
      expect(sandbox.objects.find(snapshots, namespace, old.files)).toBeDefined();
      expect(await run()).toMatchObject({ deleted: [{ name: old.data }], failed: [], skipped: [] });
      expect(groupsOf(sandbox)).toEqual(['newest']);
      expect(storedIn(sandbox)).toBe(2);
    },
  );

  test('stay when a user has deleted one of them and holds it', async () => {
    const old = await snapGroup(sandbox, 'old', due);
    setLabels(sandbox, old.files, { [label.hold]: 'true' });
    sandbox.objects.delete(snapshots, namespace, old.files);
    expect(await sweepOnce()).toMatchObject({ deleted: [], others: [{ name: old.data, fate: 'wait' }] });
    expect(groupsOf(sandbox)).toEqual(['newest', 'old']);
  });

  exhaustively.test('stay when a user deletes one of them and holds it while the run looks', async () => {
    const old = await snapGroup(sandbox, 'old', due);
    sandbox.objects.delete(snapshots, namespace, old.files);
    onAnswer = ({ verb, resource }) => {
      if (`${verb} ${resource}` !== 'get volumegroupsnapshots') return;
      onAnswer = () => {};
      setLabels(sandbox, old.files, { [label.hold]: 'true' });
    };
    expect(await sweepOnce()).toMatchObject({ deleted: [], failed: [], skipped: [{ name: old.data }] });
    expect(groupsOf(sandbox)).toEqual(['newest', 'old']);
  });

  test('go with what is retained of the group and of them', async () => {
    await snapGroup(sandbox, 'old', due, retaining);
    expect((await run()).deleted).toHaveLength(2);
    expect(groupsOf(sandbox)).toEqual(['newest']);
    expect(sandbox.objects.all(groupContents)).toHaveLength(1);
    expect(storedIn(sandbox)).toBe(2);
  });

  test('are deleted, not gone already, when the answer to the deletion of their group is lost', async () => {
    const old = await snapGroup(sandbox, 'old', due);
    const group = sandbox.objects.find(groups, namespace, 'old');
    const setFinalizers = (...finalizers: string[]) =>
      sandbox.objects.touch(groups, group!, ({ metadata }) => void Object.assign(metadata, { finalizers }));
    setFinalizers('test/stays');
    faults.inject({ verb: 'delete', resource: 'volumegroupsnapshots' }, reset('after'));
    onAnswer = ({ verb }) => verb === 'get' && deletions().length > 1 && setFinalizers();
    const { deleted, failed } = await deleteByName(...Object.values(old));
    expect({ gone: deleted.map(({ wasGone }) => wasGone), failed }).toEqual({
      gone: [false, false],
      failed: [],
    });
    setFinalizers();
    await expectGone(sandbox);
  });

  exhaustively.test(
    'are one deletion, which a run that may do fewer does all the same, and no more',
    async () => {
      await snapGroup(sandbox, 'old', due);
      await snapGroup(sandbox, 'older', due);
      const { deleted, left } = await run({ MARK_AND_DELETE_MAX_DELETIONS: '1' });
      expect({ deleted: deleted.length, left }).toEqual({ deleted: 2, left: 2 });
      expect(groupsOf(sandbox)).toHaveLength(2);
    },
  );

  test('wait for those of other namespaces where they are more than the share of one', async () => {
    await snapGroup(sandbox, 'old', due);
    const others = nightlySnapshots('other', 'data', 4, new Date('2026-11-19T02:30:00Z'));
    for (const { metadata } of others.slice(0, 3)) metadata.labels = tiered(past);
    sandbox.load(snapshots, others);
    const whose = ({ deleted }: MarkAndDeleteResult) => deleted.map(({ namespace: of }) => of);
    const limit = { MARK_AND_DELETE_MAX_DELETIONS: '2' };
    expect(whose(await run(limit))).toEqual(['other', 'other']);
    expect(whose(await run(limit))).toEqual(['other']);
    expect(whose(await run(limit))).toEqual([namespace, namespace]);
  });

  exhaustively.test('are found by as many lists for one group as for several', async () => {
    const listsFor = async (...ofGroups: readonly string[]): Promise<number> => {
      for (const name of ofGroups) await snapGroup(sandbox, name, due);
      const since = faults.requests.length;
      expect((await run()).deleted).toHaveLength(2 * ofGroups.length);
      const isList = ({ verb, resource }: { verb: string; resource: string }) =>
        `${verb} ${resource}` === 'list volumesnapshots';
      return faults.requests.slice(since).filter(isList).length;
    };
    // One for the plan, one for all deletions.
    expect([await listsFor('one'), await listsFor('two', 'three', 'four')]).toEqual([2, 2]);
  });

  test('stay when their group is another one of that name by now', async () => {
    const old = await snapGroup(sandbox, 'old', due);
    const { objects } = sandbox;
    // Of a version that is not served, so that no collector of garbage takes them away.
    const owner = { apiVersion: 'groupsnapshot.storage.k8s.io/v9', kind: 'VolumeGroupSnapshot', name: 'old' };
    for (const name of Object.values(old)) {
      objects.touch(snapshots, objects.get(snapshots, namespace, name), ({ metadata }) => {
        metadata.ownerReferences = [{ ...owner, uid: 'of-another' }];
      });
    }
    const error = expect.stringContaining("'old' is not the one that") as string;
    expect(await run()).toMatchObject({ deleted: [], failed: [], skipped: [{ error }, { error }] });
    expect(groupsOf(sandbox)).toEqual(['newest', 'old']);
  });

  exhaustively.test('are deleted alone once their group is gone', async () => {
    const old = await snapGroup(sandbox, 'old', due);
    const { objects } = sandbox;
    for (const name of Object.values(old)) {
      // As one that was bound again, whose group is of an earlier life.
      objects.touch(snapshots, objects.get(snapshots, namespace, name), ({ metadata }) => {
        metadata.ownerReferences = [
          { apiVersion: 'groupsnapshot.storage.k8s.io/v1', kind: 'Elsewhere', name: 'x', uid: 'x' },
        ];
      });
    }
    objects.touch(groups, objects.get(groups, namespace, 'old'), ({ metadata }) => {
      metadata.finalizers = [];
    });
    objects.delete(groups, namespace, 'old');
    expect((await run()).deleted).toHaveLength(2);
    expect(Object.keys(dates(sandbox))).toHaveLength(2);
  });

  test('are deleted by hand all together', async () => {
    const old = await snapGroup(sandbox, 'old', { data: tiered(), files: tiered(files) });
    expect(names((await deleteByName(old.files, old.data)).deleted)).toEqual([old.files, old.data]);
    expect(groupsOf(sandbox)).toEqual(['newest']);
    expect(storedIn(sandbox)).toBe(2);
  });

  exhaustively.test('are not deleted by hand one without the other', async () => {
    const old = await snapGroup(sandbox, 'old', { data: tiered(), files: tiered(files) });
    await expect(deleteByName(old.data)).rejects.toMatchObject({
      reason: 'partial',
      result: {
        deleted: [],
        failed: [
          {
            name: old.data,
            error: expect.stringMatching(
              new RegExp(`of which all go together .* name them all: .*${old.files}`),
            ) as string,
          },
        ],
      },
    });
    expect(groupsOf(sandbox)).toEqual(['newest', 'old']);
  });
});

describe('mark-and-delete of a retained group that is killed', { concurrent: true, timeout: 60_000 }, () => {
  const start = (sandbox: Sandbox, server?: URL) =>
    startCommand(sandbox, {
      command: 'mark-and-delete',
      settings: { MARK_AND_DELETE_PAUSE: '0' },
      account: { ...retainAccount, ...(server && { server }) },
    });

  const steps = [
    'get volumegroupsnapshots 1',
    'patch volumesnapshotcontents 1',
    'patch volumesnapshotcontents 2',
    'patch volumegroupsnapshotcontents 1',
    'delete volumegroupsnapshots 1',
  ];

  test('comes to its end when it is not', async () => {
    await using sandbox = await openDue();
    const seen: string[] = [];
    await runInSteps(
      sandbox,
      (server) => start(sandbox, server),
      (step) => void seen.push(step),
    );
    expect(seen).toEqual(expect.arrayContaining(steps.map((step) => `the answer to ${step}`)));
    await expectGone(sandbox);
  });

  exhaustively.test.each(sampled(steps, 2))(
    'comes to the same end the next time: at the answer to %s',
    async (step) => {
      await using sandbox = await openDue();
      await runUntil(`the answer to ${step}`, sandbox, (server) => start(sandbox, server));
      expect(await start(sandbox).ended).toMatchObject({ exitCode: 0 });
      await expectGone(sandbox);
    },
  );
});
