import { describe, expect, test } from 'vitest';
import { PartialError } from '../../src/core/errors.ts';
import type { Failure, Undone } from '../../src/snapshots/bulk/in-parallel.ts';
import { markAndDelete } from '../../src/retention/mark-and-delete/mark-and-delete.ts';
import { retain } from '../../src/retention/retain/retain.ts';
import { markAndDeleteSettings } from '../../src/retention/mark-and-delete/settings.ts';
import { readSettings } from '../../src/settings/read.ts';
import { retainSettings } from '../../src/retention/retain/settings.ts';
import { label } from '../../src/snapshots/labels.ts';
import { silence, status, type Fault } from '../../scripts/faults/fault.ts';
import { startFaults, type Faults } from '../../scripts/faults/faults.ts';
import type { Match } from '../../scripts/faults/match.ts';
import { snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { sourcesOf } from '../settings/sources.ts';
import { sampled } from '../support/exhaustive.ts';
import { startCommand } from '../support/command-process.ts';
import { hurriedClock } from './hurried-clock.ts';
import { dates, openVolume, retaining, snap, tiered, untilSettled } from './real-snapshots.ts';
import { inSandbox, openFleet, retainAccount, tiersLeft } from './support.ts';
import type { SnapshotContext } from '../../src/snapshots/provider.ts';

/** A command, what it works on, and what there is in the end: a text for each snapshot that is there. */
interface Subject {
  readonly open: () => Promise<Sandbox>;
  readonly run: (context: SnapshotContext) => Promise<object>;
  readonly state: (sandbox: Sandbox) => Promise<Readonly<Record<string, string | undefined>>>;
}

const policy = { RETAIN_LAST_DAILY: '2', RETAIN_LAST_WEEKLY: '1', RETAIN_LAST_MONTHLY: '1' };
const past = { [label.deleteAfter]: '2026-11-20' };

const subjects: Readonly<Record<string, Subject>> = {
  retain: {
    open: () =>
      openFleet([
        { namespace: 'shop', pvc: 'data', nights: 4 },
        { namespace: 'blog', pvc: 'data', nights: 4 },
      ]),
    run: (context) => retain(readSettings(retainSettings, sourcesOf(policy)).settings, context),
    state: (sandbox) => Promise.resolve(tiersLeft(sandbox)),
  },
  'mark-and-delete': {
    async open() {
      const sandbox = await openVolume();
      await snap(sandbox, 'newest', tiered({ [label.daily]: '2026-11-21' }));
      for (const name of ['old-1', 'old-2']) await snap(sandbox, name, tiered());
      await snap(sandbox, 'due', tiered(past));
      await snap(sandbox, 'due-retained', tiered(past), retaining);
      return sandbox;
    },
    run: (context) =>
      markAndDelete(
        readSettings(markAndDeleteSettings, sourcesOf({ MARK_AND_DELETE_PAUSE: '0' })).settings,
        context,
      ),
    async state(sandbox) {
      await untilSettled(sandbox);
      const all = Object.entries(dates(sandbox)).map(([name, date]) => [`shop/${name}`, date ?? 'no date']);
      return Object.fromEntries(all) as Record<string, string>;
    },
  },
};

const faults: Readonly<Record<string, Fault>> = {
  'a conflict': status(409),
  'a denial': status(403),
  'nothing there': status(404),
  'an error of the server': status(500),
  'no answer at all': silence(),
};

interface Run extends Undone {
  readonly isPartial: boolean;
  /** It ended with another error: nothing was to be done. */
  readonly error: unknown;
}

async function runOnce({ run }: Subject, sandbox: Sandbox, proxy: Faults): Promise<Run> {
  try {
    const result = await inSandbox(sandbox, proxy.url, run, retainAccount, hurriedClock());
    return { ...(result as Undone), isPartial: false, error: undefined };
  } catch (error) {
    if (!(error instanceof PartialError)) return { failed: [], skipped: [], isPartial: false, error };
    return { ...(error.result as Undone), isPartial: true, error: undefined };
  }
}

const proxyOf = ({ url, ca }: Sandbox) => startFaults({ server: url, tls: { ca }, headers: {} });

/** Each request of a run that nobody disturbs, once, and what that run comes to. */
async function undisturbed(subject: Subject) {
  await using sandbox = await subject.open();
  await using proxy = await proxyOf(sandbox);
  const before = await subject.state(sandbox);
  await runOnce(subject, sandbox, proxy);
  const matches = new Map<string, Match>();
  for (const { verb, resource, namespace, name } of proxy.requests) {
    const isOne = name !== undefined && resource !== 'volumesnapshotcontents';
    const match = { verb, resource, ...(isOne && { name, ...(namespace !== undefined && { namespace }) }) };
    matches.set(JSON.stringify(match), match);
  }
  return { before, end: await subject.state(sandbox), matches: [...matches.values()] };
}

for (const [command, subject] of Object.entries(subjects)) {
  const { before, end, matches } = await undisturbed(subject);
  const cases = matches.flatMap((match) =>
    Object.entries(faults).map(([words, fault]): [string, string, Match, Fault] => [
      words,
      `${match.verb} ${match.resource} ${/^[a-z]/.test(match.name ?? '') ? match.name : ''}`.trim(),
      match,
      fault,
    ]),
  );

  describe(`${command}, with requests of one kind that never succeed,`, { concurrent: true }, () => {
    test('has requests to be disturbed', () => {
      expect(matches.length).toBeGreaterThan(5);
      expect(end).not.toEqual(before);
    });

    test.each(sampled(cases, 3))(
      'that meets %s at %s does the rest, says what is not done, and does it the next time',
      { timeout: 60_000 },
      async (_words, _request, match, fault) => {
        await using sandbox = await subject.open();
        await using proxy = await proxyOf(sandbox);
        proxy.inject({ ...match, times: 1000 }, fault);
        const run = await runOnce(subject, sandbox, proxy);
        const state = await subject.state(sandbox);
        // Without the API server's time, or with half of what is there, nothing is decided.
        const isOfContents = match.resource === 'volumesnapshotcontents';
        const isList = (match.verb === 'list' && !isOfContents) || match.resource === '';
        const named = [...run.failed, ...run.skipped];
        const failed = new Set(named.map(({ namespace, name }) => `${namespace}/${name}`));
        const undone = Object.keys({ ...before, ...end }).filter((key) => state[key] !== end[key]);

        expect(isList ? state : {}).toEqual(isList ? before : {});
        expect(run.error !== undefined).toBe(isList);
        expect(run.isPartial).toBe(run.failed.length > 0);
        // What is not done is named. A 404 that is not about the object does not say that it is gone.
        expect(isList ? [] : undone.filter((key) => !failed.has(key))).toEqual([]);
        expect(undone.filter((key) => state[key] !== before[key])).toEqual([]);

        proxy.clear();
        expect(await runOnce(subject, sandbox, proxy)).toMatchObject({
          failed: [],
          skipped: [],
          error: undefined,
        });
        expect(await subject.state(sandbox)).toEqual(end);
      },
    );
  });
}

const labelsOf = ({ objects }: Sandbox, namespace: string) =>
  objects.all(snapshots, namespace).map(({ metadata }) => ({ ...metadata.labels }));

describe('a service account that may not change the snapshots of one namespace', () => {
  test.each<[string, Record<string, string>]>([
    ['retain', policy],
    ['mark-and-delete', { MARK_AND_DELETE_PAUSE: '0' }],
  ])('has %s done in the others, and is told which with exit code 3', async (command, settings) => {
    const fleet = ['blog', 'shop'].map((namespace) => ({ namespace, pvc: 'data', nights: 4 }));
    await using sandbox = await openFleet(fleet);
    if (command === 'mark-and-delete') await inSandbox(sandbox, undefined, subjects['retain']!.run);
    const before = { blog: labelsOf(sandbox, 'blog'), shop: labelsOf(sandbox, 'shop') };
    await using proxy = await proxyOf(sandbox);
    proxy.inject({ verb: 'patch', namespace: 'blog', times: 1000 }, status(403));
    const account = { ...retainAccount, server: proxy.url };
    const { exitCode, stdout } = await startCommand(sandbox, {
      command,
      args: ['-o', 'json'],
      settings,
      account,
    }).ended;
    expect(exitCode).toBe(3);
    const { failed, reason } = JSON.parse(stdout) as { failed: Failure[]; reason: string };
    expect(reason).toBe('partial');
    expect(new Set(failed.map(({ namespace }) => namespace))).toEqual(new Set(['blog']));
    expect(labelsOf(sandbox, 'blog')).toEqual(before.blog);
    expect(labelsOf(sandbox, 'shop')).not.toEqual(before.shop);
  });
});
