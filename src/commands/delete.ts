import { consentOf } from '../consent.ts';
import { humanAge } from '../human-age.ts';
import { deleteNamed, type DeleteResult } from '../retention/by-hand/delete-named.ts';
import type { Deletion } from '../retention/by-hand/plan-deletion.ts';
import { deleteSettings } from '../settings/delete.ts';
import { defineCommand } from './command.ts';
import { orDash, tiersText } from './snapshot-cells.ts';
import { alignedTable } from './table.ts';

export const deleteCommand = defineCommand({
  name: 'delete',
  summary: 'Delete snapshots together with what they keep in the storage',
  settings: deleteSettings,
  endings: ['partial'],
  byHand: true,
  run(settings, context, { terminal }) {
    const ask = consentOf(terminal, settings.yes, context.signal);
    return deleteNamed(settings, (going) => ask(question(going, context.clock.now())), context);
  },
  views: { table },
});

function question(going: readonly Deletion[], now: Date): string {
  const rows = going.map(({ snapshot, survivor }) => [
    snapshot.name,
    snapshot.pvc,
    String(snapshot.isReady),
    humanAge(new Date(snapshot.createdAt), now),
    tiersText(Object.fromEntries(snapshot.tiers), true),
    orDash(snapshot.deleteAfter),
    orDash(snapshot.verified),
    noteOn({ snapshot, survivor }),
  ]);
  const head = ['NAME', 'PVC', 'READY', 'AGE', 'TIERS', 'DELETE-AFTER', 'VERIFIED', ''];
  const these = going.length === 1 ? 'this snapshot and its data' : `these ${going.length} and their data`;
  return `${alignedTable(head, rows)}\n\nDelete ${these} for ever?`;
}

function noteOn({ snapshot, survivor }: Deletion): string {
  if (snapshot.isReady && !survivor) return 'no other is left of its volume!';
  return snapshot.retain === undefined ? 'not made by backup-ns' : '';
}

function table({ deleted, failed }: DeleteResult): string {
  const rows = deleted.map(({ name, pvc, wasGone, note }) => {
    const what = wasGone ? 'was gone already' : 'deleted';
    return [name, pvc, note === undefined ? what : `${what}; ${note}`];
  });
  const sum = `${deleted.length} deleted, ${failed.length} failed.`;
  return rows.length === 0 ? sum : `${alignedTable(['SNAPSHOT', 'PVC', 'WHAT'], rows)}\n\n${sum}`;
}
