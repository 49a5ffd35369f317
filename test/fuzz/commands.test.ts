import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/cli/command.ts';
import { list } from '../../src/cli/list.ts';
import { markAndDelete } from '../../src/cli/mark-and-delete.ts';
import { retain } from '../../src/cli/retain.ts';
import { status } from '../../src/cli/status.ts';
import { syncMetadata } from '../../src/cli/sync-metadata.ts';
import type { Clock } from '../../src/core/system.ts';
import type { SettingsTable } from '../../src/settings/schema.ts';
import type { SandboxClock } from '../../scripts/sandbox/clock.ts';
import { openSandbox } from '../../scripts/sandbox/sandbox.ts';
import { now } from '../retention/support.ts';
import { honest } from './hostile-texts.ts';
import { expectUnmoved, honestState } from './judge.ts';
import { runCommand, type Invocation, type Ran } from './run-command.ts';
import { size } from './size.ts';
import { honestWorld, hostileWorld, load, type World } from './world.ts';
import { exhaustively } from '../support/exhaustive.ts';

type Any = Command<SettingsTable, unknown>;

interface Case {
  readonly command: Any;
  readonly invocation?: Invocation;
  readonly verbs: readonly string[];
}

const lookAtAll = ['list volumesnapshots', 'list namespaces', 'list persistentvolumeclaims'];
const deleteGroups = ['get volumegroupsnapshots', 'delete volumegroupsnapshots', 'list volumesnapshots'];

const cases: Readonly<Record<string, Case>> = {
  retain: {
    command: retain,
    verbs: [...lookAtAll, 'patch volumesnapshots', 'get volumesnapshots'],
  },
  'mark-and-delete': {
    command: markAndDelete,
    invocation: { environment: { MARK_AND_DELETE_PAUSE: '0', MARK_AND_DELETE_MAX_DELETIONS: '100000' } },
    verbs: [
      ...['list', 'get', 'patch', 'delete'].map((verb) => `${verb} volumesnapshots`),
      ...['list', 'get', 'patch', 'delete'].map((verb) => `${verb} volumesnapshotcontents`),
      ...['list', 'get', 'patch', 'delete'].map((verb) => `${verb} volumegroupsnapshotcontents`),
      ...['list', 'get'].map((verb) => `${verb} namespaces`),
      'list persistentvolumeclaims',
      'create selfsubjectaccessreviews',
      'create selfsubjectreviews',
      ...deleteGroups,
    ],
  },
  'sync-metadata': {
    command: syncMetadata,
    verbs: [
      'list volumesnapshots',
      ...['list', 'get', 'patch'].map((verb) => `${verb} volumesnapshotcontents`),
    ],
  },
  list: {
    command: list,
    invocation: { flags: { 'all-namespaces': 'true' } },
    verbs: ['list volumesnapshots'],
  },
  status: {
    command: status,
    invocation: { flags: { 'all-namespaces': 'true' } },
    verbs: [
      'persistentvolumeclaims',
      'cronjobs',
      'volumesnapshots',
      'jobs',
      'pods',
      'events',
      'volumesnapshotclasses',
    ].map((plural) => `list ${plural}`),
  },
  'list --orphans': {
    command: list,
    invocation: { flags: { orphans: 'true' } },
    verbs: ['list volumesnapshots', 'get volumesnapshots', 'list volumesnapshotcontents'],
  },
};

const { seed, oneIn, mixed } = size;
const hostile = hostileWorld({ seed, oneIn, mixed });

/** Nobody but the command acts in a sandbox that is still: to wait there is to leap ahead. */
function leaping(clock: SandboxClock): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: async (milliseconds, signal) => {
      signal.throwIfAborted();
      clock.advance(milliseconds);
      await Promise.resolve();
    },
  };
}

async function runIn(
  worlds: readonly World[],
  { command, invocation = {} }: Case,
): Promise<Ran & { state: unknown[] }> {
  await using sandbox = await openSandbox({ start: now, isStill: true });
  load(sandbox, ...worlds);
  const ran = await runCommand(command, { ...invocation, clock: leaping(sandbox.clock) }, sandbox);
  return { ...ran, state: honestState(sandbox) };
}

describe(`whatever hostile tenants have written in ${hostile.values} places (seed ${seed})`, () => {
  it.each(Object.keys(cases))(
    '%s does for the honest one what it would without them',
    { timeout: size.timeout },
    async (name) => {
      const one = cases[name] as Case;
      const control = await runIn([honestWorld()], one);
      const ran = await runIn([honestWorld(), hostile.world], one);
      expectUnmoved(ran, control, {
        verbs: one.verbs,
        namespaces: [honest.namespace, ...hostile.namespaces],
      });
      expect(ran.state).toEqual(control.state);
    },
  );

  exhaustively.test(
    'all commands of three nights, one after the other, leave it what they would leave without them',
    { timeout: size.timeout },
    async () => {
      const nightly = ['sync-metadata', 'retain', 'mark-and-delete'].map((name) => cases[name] as Case);
      const live = async (...worlds: readonly World[]): Promise<unknown[]> => {
        await using sandbox = await openSandbox({ start: now, isStill: true });
        load(sandbox, ...worlds);
        for (let night = 0; night < 3; night++) {
          for (const { command, invocation = {} } of nightly)
            await runCommand(command, { ...invocation, clock: leaping(sandbox.clock) }, sandbox);
          sandbox.clock.advance(49 * 60 * 60_000);
        }
        return honestState(sandbox);
      };
      const few = hostileWorld({ seed: seed + 1, oneIn: oneIn * 8, mixed: mixed / 8 });
      expect(await live(honestWorld(), few.world)).toEqual(await live(honestWorld()));
    },
  );
});
