import { hold as run, type HoldResult } from '../retention/hold/hold.ts';
import { holdSettings } from '../retention/hold/settings.ts';
import { defineCommand } from './command.ts';
import { alignedTable, type Look } from './table.ts';

export const hold = defineCommand({
  name: 'hold',
  summary: 'Keep snapshots, whatever the policy says, until they are released',
  examples: [
    {
      words: 'Keep a snapshot until it is released',
      line: 'backup-ns hold -n shop data-2026-11-21-043000-rrb1zq',
    },
  ],
  settings: holdSettings,
  endings: ['partial'],
  byHand: true,
  run,
  views: { table },
});

function table({ held, failed }: HoldResult, look: Look): string {
  const rows = held.map(({ name, pvc, wasHeld }) => [name, pvc, wasHeld ? 'held already' : 'held']);
  const lines = alignedTable(['SNAPSHOT', 'PVC', 'HOLD'], rows, look);
  const sum = `${held.length} held, ${failed.length} failed.`;
  return rows.length === 0 ? sum : `${lines}\n\n${sum}`;
}
