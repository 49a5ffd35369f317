import { describe, expect, test } from 'vitest';
import { markAndDelete } from '../../src/cli/mark-and-delete.ts';
import { retain } from '../../src/cli/retain.ts';
import { markAndDeleteSettings } from '../../src/retention/mark-and-delete/settings.ts';
import { retainSettings } from '../../src/retention/retain/settings.ts';
import { readSettings } from '../../src/settings/read.ts';
import { label } from '../../src/snapshots/labels.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import { namespace, openVolume, setLabels, snap, tiered, untilSettled } from '../retention/real-snapshots.ts';
import { inSandbox } from '../retention/support.ts';
import { sourcesOf } from '../settings/sources.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { fakeTerminal, type FakeTerminal } from '../support/fake-terminal.ts';

/** One that is due, one to be marked, and one that stays. */
async function openDue(): Promise<Sandbox> {
  const sandbox = await openVolume();
  await snap(sandbox, 'due', tiered({ [label.deleteAfter]: '2026-11-20' }));
  await snap(sandbox, 'unmarked', tiered({}));
  await snap(sandbox, 'newest', tiered({ [label.daily]: '2026-11-21' }));
  sandbox.clock.advance(26 * 60 * 60_000);
  return sandbox;
}

const labelsOf = ({ objects }: Sandbox) =>
  Object.fromEntries(
    objects.all(snapshots, namespace).map(({ metadata }) => [metadata.name, metadata.labels]),
  );

async function typed(sandbox: Sandbox, flags: Record<string, string>, terminal: FakeTerminal) {
  const { settings } = readSettings(markAndDeleteSettings, sourcesOf({ MARK_AND_DELETE_PAUSE: '0' }, flags));
  return await inSandbox(sandbox, undefined, (context) =>
    markAndDelete.run(settings, context, { rows: [], output: 'table', terminal }),
  );
}

describe('mark-and-delete typed at a terminal', () => {
  test('shows what it would do, and does it on yes', async () => {
    await using sandbox = await openDue();
    const terminal = fakeTerminal('y');
    const result = await typed(sandbox, { namespace }, terminal);
    expect(terminal.asked).toHaveLength(1);
    expect(terminal.asked[0]).toMatch(/due +delete.*unmarked +mark|unmarked +mark.*due +delete/s);
    expect(terminal.asked[0]).toMatch(/for ever\? \[y\/N\] $/);
    expect(result).toMatchObject({
      dryRun: false,
      deleted: [{ name: 'due' }],
      marked: [{ name: 'unmarked' }],
    });
    await untilSettled(sandbox);
    expect(Object.keys(labelsOf(sandbox)).toSorted()).toEqual(['newest', 'unmarked']);
  });

  test('changes nothing on any other answer', async () => {
    await using sandbox = await openDue();
    const before = labelsOf(sandbox);
    expect(await rejectionOf(typed(sandbox, { namespace }, fakeTerminal('')))).toMatchObject({
      reason: 'cancelled',
    });
    expect(labelsOf(sandbox)).toEqual(before);
  });

  test('is not asked with --yes, nor for a dry run, nor when nothing is to be done', async () => {
    await using sandbox = await openDue();
    const terminal = fakeTerminal('');
    const dry = await typed(sandbox, { namespace, MARK_AND_DELETE_DRY_RUN: 'true' }, terminal);
    expect(dry).toMatchObject({ dryRun: true, deleted: [{ name: 'due' }] });
    await typed(sandbox, { namespace, yes: 'true' }, terminal);
    expect(await typed(sandbox, { namespace }, terminal)).toMatchObject({ deleted: [], marked: [] });
    expect(terminal.asked).toEqual([]);
  });

  test('is of the namespace of the context, and of all with -A', async () => {
    await using sandbox = await openDue();
    const terminal = fakeTerminal('');
    expect(await typed(sandbox, {}, terminal)).toMatchObject({ deleted: [], marked: [] });
    await rejectionOf(typed(sandbox, { 'all-namespaces': 'true' }, terminal));
    expect(terminal.asked).toHaveLength(1);
  });

  test('as a CronJob is of all namespaces, and asks nobody', async () => {
    await using sandbox = await openDue();
    expect(await typed(sandbox, {}, fakeTerminal())).toMatchObject({ deleted: [{ name: 'due' }] });
  });
});

describe('retain typed at a terminal', () => {
  test('shows which labels it would take off, and takes them off on yes alone', async () => {
    await using sandbox = await openDue();
    setLabels(sandbox, 'unmarked', { [label.daily]: '2026-11-19' });
    const run = (answer: string) => {
      const terminal = fakeTerminal(answer);
      const { settings } = readSettings(retainSettings, sourcesOf({ RETAIN_LAST_DAILY: '1' }, { namespace }));
      const call = { rows: [], output: 'table', terminal };
      const ended = inSandbox(sandbox, undefined, (context) => retain.run(settings, context, call));
      return { ended, terminal };
    };
    const no = run('n');
    expect(await rejectionOf(no.ended)).toMatchObject({ reason: 'cancelled' });
    expect(no.terminal.asked[0]).toMatch(
      /unmarked +take +daily +2026-11-19.*Take these labels off\? \[y\/N\] $/s,
    );
    expect(labelsOf(sandbox)['unmarked']).toHaveProperty([label.daily]);
    const yes = run('yes');
    expect(await yes.ended).toMatchObject({ dryRun: false, changed: [{ name: 'unmarked' }] });
    expect(labelsOf(sandbox)['unmarked']).not.toHaveProperty([label.daily]);
  });
});
