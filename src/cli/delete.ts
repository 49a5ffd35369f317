import { callerOn } from './terminal/caller.ts';
import { humanAge } from '../core/human-age.ts';
import { deleteNamed, type DeleteResult } from '../retention/delete/delete-named.ts';
import type { Deletion } from '../retention/delete/plan-deletion.ts';
import { deleteSettings } from '../retention/delete/settings.ts';
import { defineCommand } from './command.ts';
import { lostBucketsText } from './lost-buckets-text.ts';
import { deletionCell, orDash, tiersText } from './snapshot-cells.ts';
import { alignedTable, type Look } from './table.ts';

export const deleteCommand = defineCommand({
  name: 'delete',
  summary: 'Delete snapshots and their data in the storage',
  examples: [
    {
      words: 'Delete a snapshot with its data, after a question',
      line: 'backup-ns delete -n shop data-2026-11-21-043000-rrb1zq',
    },
  ],
  settings: deleteSettings,
  endings: ['partial'],
  byHand: true,
  run(settings, context, { terminal }) {
    const words = (going: readonly Deletion[]) => question(going, context.clock.now());
    return deleteNamed(settings, callerOn(terminal, context, { yes: settings.yes, words }), context);
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
    deletionCell(snapshot, now),
    orDash(snapshot.verified),
    noteOn({ snapshot, survivor }),
  ]);
  const head = ['NAME', 'PVC', 'READY', 'AGE', 'TIERS', 'DELETE-AFTER', 'VERIFIED', ''];
  const these = going.length === 1 ? 'this snapshot and its data' : `these ${going.length} and their data`;
  const losers = going.map(({ snapshot: { namespace, pvc }, lost }) => ({ namespace, pvc, lost }));
  const lost = lostBucketsText(losers, 'loses');
  const parts = [alignedTable(head, rows), ...(lost.length > 0 ? [lost.join('\n')] : [])];
  return `${parts.join('\n\n')}\n\nDelete ${these} for ever?`;
}

function noteOn({ snapshot, survivor }: Pick<Deletion, 'snapshot' | 'survivor'>): string {
  if (snapshot.isReady && !survivor) return 'no other is left of its volume!';
  return snapshot.retain === undefined ? 'not made by backup-ns' : '';
}

function table({ namespace, deleted, failed }: DeleteResult, look: Look): string {
  const rows = deleted.map(({ name, pvc, wasGone, note }) => {
    const what = wasGone ? 'was gone already' : 'deleted';
    return [name, pvc, note === undefined ? what : `${what}; ${note}`];
  });
  const losers = deleted.map(({ pvc, lost = [] }) => ({ namespace, pvc, lost }));
  const counts = `${deleted.length} deleted, ${failed.length} failed.`;
  const sum = [counts, ...lostBucketsText(losers, 'has lost')].join('\n');
  return rows.length === 0 ? sum : `${alignedTable(['SNAPSHOT', 'PVC', 'WHAT'], rows, look)}\n\n${sum}`;
}
