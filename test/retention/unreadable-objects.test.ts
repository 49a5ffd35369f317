import { expect, it } from 'vitest';
import type { Command } from '../../src/cli/command.ts';
import { markAndDelete } from '../../src/cli/mark-and-delete.ts';
import { retain } from '../../src/cli/retain.ts';
import type { RetainResult } from '../../src/retention/retain/retain.ts';
import type { SettingsTable } from '../../src/settings/schema.ts';
import { runCommand } from '../fuzz/run-command.ts';
import { snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import { nightlySnapshots } from '../support/nightly-snapshots.ts';
import { now, openFleet, retainAccount } from './support.ts';

const fleet = ['blog', 'evil', 'shop'].map((namespace) => ({ namespace, pvc: 'data', nights: 12 }));

/** What only a server without schemas, or a broken proxy, would give. */
const wrong: Readonly<Record<string, unknown>> = {
  'owner references that are no list': { ownerReferences: { '..': '..' } },
  'an owner that is none': { ownerReferences: [null] },
  'an owner without a version': { ownerReferences: [{ apiVersion: 7, kind: 'a', name: 'b', uid: 'c' }] },
  'labels that are no texts': { labels: { 'backup-ns.sh/retain': 'daily_weekly_monthly', app: {} } },
  'no annotations at all': { annotations: null },
  'a number for a creation time': { creationTimestamp: 20_261_120 },
  'no creation time': { creationTimestamp: undefined },
  'an object for a deletion time': { deletionTimestamp: {} },
  'finalizers that are no list': { finalizers: 'x' },
  'a uid that is not a text': { uid: 7 },
};

async function resultOf<Table extends SettingsTable, Settings>(
  command: Command<Table, Settings>,
  metadata: unknown,
  environment = {},
): Promise<unknown> {
  await using sandbox = await openFleet(fleet, { isStill: true });
  const [bad] = nightlySnapshots('evil', 'bad', 1, now);
  Object.assign(bad?.metadata ?? {}, metadata);
  sandbox.load(snapshots, bad ? [bad] : []);
  const { result, error } = await runCommand(command, { account: retainAccount, environment }, sandbox);
  expect(error).toMatchObject({ name: 'UserError', reason: 'partial' });
  return result;
}

it.each(Object.entries(wrong))(
  'a snapshot with %s is named, its namespace is left out, and all others are done',
  async (_, metadata) => {
    const error = expect.stringMatching(/^VolumeSnapshot .* in namespace 'evil' cannot be read: /) as string;
    const failed = [{ namespace: 'evil', name: '*', error }];
    const environment = { RETAIN_LAST_DAILY: '3' };
    const { changed, ...ofRetain } = (await resultOf(retain, metadata, environment)) as RetainResult;
    expect(ofRetain).toMatchObject({ failed });
    expect(new Set(changed.map(({ namespace }) => namespace))).toEqual(new Set(['blog', 'shop']));
    expect(await resultOf(markAndDelete, metadata)).toMatchObject({ failed });
  },
  30_000,
);
