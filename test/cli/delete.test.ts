import { expect, test } from 'vitest';
import { deleteCommand } from '../../src/cli/delete.ts';
import { PartialError } from '../../src/core/errors.ts';
import { label } from '../../src/snapshots/labels.ts';
import type { DeleteResult } from '../../src/retention/delete/delete-named.ts';
import { fakeTerminal } from '../support/fake-terminal.ts';
import { namespace, openVolume, snap, tiered } from '../retention/real-snapshots.ts';
import { inSandbox } from '../retention/support.ts';

const settings = { snapshots: ['old', 'foreign', 'none'], namespace, yes: false, evenTheLast: true };

test('what is asked shows what each snapshot is, and the result what became of it', async () => {
  await using sandbox = await openVolume();
  const old = { [label.daily]: '2026-11-20', [label.monthly]: '2026-11', [label.verified]: '2026-11-20' };
  await snap(sandbox, 'old', tiered(old));
  await snap(sandbox, 'foreign', { [label.deleteAfter]: '2026-11-30' });
  sandbox.clock.advance(3 * 60 * 60_000);
  const terminal = fakeTerminal('yes');
  const call = { rows: [], output: 'table', terminal };
  const error = await inSandbox(sandbox, undefined, (context) =>
    deleteCommand.run(settings, context, call),
  ).catch((thrown: unknown) => thrown);
  expect(terminal.asked).toEqual([
    `NAME     PVC   READY  AGE  TIERS                             DELETE-AFTER  VERIFIED
old      data  true   3h   daily=2026-11-20,monthly=2026-11  -             2026-11-20  no other is left of its volume!
foreign  data  true   3h   -                                 2026-11-30    -           no other is left of its volume!

PVC 'data' loses its only backup for daily 2026-11-20, and no other of that time is left.
PVC 'data' loses its only backup for monthly 2026-11, and no other of that time is left.

Delete these 2 and their data for ever? [y/N] `,
  ]);
  expect(error).toBeInstanceOf(PartialError);
  const result = (error as PartialError).result as DeleteResult;
  expect(shown(result)).toBe(`SNAPSHOT  PVC   WHAT
old       data  deleted
foreign   data  deleted

2 deleted, 1 failed.
PVC 'data' has lost its only backup for daily 2026-11-20, and no other of that time is left.
PVC 'data' has lost its only backup for monthly 2026-11, and no other of that time is left.`);
});

const shown = (result: DeleteResult) => deleteCommand.views?.['table']?.(result, { colour: false });
