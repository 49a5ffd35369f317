import { expect, it } from 'vitest';
import { exhaustively } from '../support/exhaustive.ts';
import type { ResultError } from '../../src/core/errors.ts';
import { retain, type RetainResult } from '../../src/retention/retain/retain.ts';
import { readSettings } from '../../src/settings/read.ts';
import { retainSettings } from '../../src/retention/retain/settings.ts';
import { snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import { nightlySnapshots } from '../support/nightly-snapshots.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { sourcesOf } from '../settings/sources.ts';
import { inSandbox, now, openFleet } from './support.ts';

const fleet = ['blog', 'evil', 'shop'].map((namespace) => ({ namespace, pvc: 'data', nights: 12 }));
const mebibyte = 1024 * 1024;

/** Fills the annotations of one more snapshot of the tenant's with so many bytes. */
async function openWith(bytes: number, count: number) {
  const sandbox = await openFleet(fleet);
  const large = nightlySnapshots('evil', 'large', count, now);
  const note = 'x'.repeat(bytes);
  for (const { metadata } of large) metadata.annotations = { ...metadata.annotations, note };
  sandbox.load(snapshots, large);
  return sandbox;
}

const { settings } = readSettings(retainSettings, sourcesOf({ RETAIN_LAST_DAILY: '3' }));

it('a namespace with something too large to be read is named and left out, and all others are done', async () => {
  await using sandbox = await openWith(17 * mebibyte, 1);
  const error = await rejectionOf(inSandbox(sandbox, undefined, (context) => retain(settings, context)));
  const { changed, failed } = (error as ResultError).result as RetainResult;
  expect(failed).toEqual([
    { namespace: 'evil', name: '*', error: expect.stringContaining('larger than 16.0 MiB') as string },
  ]);
  expect(new Set(changed.map(({ namespace }) => namespace))).toEqual(new Set(['blog', 'shop']));
}, 30_000);

exhaustively.test(
  'many large snapshots of one tenant are read in pieces, and cost none of the others anything',
  async () => {
    await using sandbox = await openWith(mebibyte / 5, 90);
    const { changed } = await inSandbox(sandbox, undefined, (context) => retain(settings, context));
    expect(new Set(changed.map(({ namespace }) => namespace))).toEqual(new Set(['blog', 'evil', 'shop']));
  },
  30_000,
);
