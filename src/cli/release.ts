import { release as run, type ReleaseResult } from '../retention/hold/release.ts';
import { releaseSettings } from '../retention/hold/settings.ts';
import { defineCommand } from './command.ts';
import { alignedTable, type Look } from './table.ts';

export const release = defineCommand({
  name: 'release',
  summary: 'Release snapshots that a user holds: the policy decides on them again',
  examples: [
    {
      words: 'Let the policy decide on a snapshot again',
      line: 'backup-ns release -n shop data-2026-11-21-043000-rrb1zq',
    },
  ],
  settings: releaseSettings,
  endings: ['partial'],
  byHand: true,
  run,
  views: { table },
});

function table({ released, failed }: ReleaseResult, look: Look): string {
  const rows = released.map(({ name, pvc, wasHeld, next }) => [
    name,
    pvc,
    wasHeld ? 'released' : 'was not held',
    next,
  ]);
  const lines = alignedTable(['SNAPSHOT', 'PVC', 'HOLD', 'NEXT'], rows, look);
  const count = released.filter(({ wasHeld }) => wasHeld).length;
  const sum = `${count} released, ${released.length - count} not held, ${failed.length} failed.`;
  return rows.length === 0 ? sum : `${lines}\n\n${sum}`;
}
