import { rebind as run, type RebindResult } from '../orphans/rebind.ts';
import { rebindSettings } from '../orphans/rebind-settings.ts';
import { words } from '../snapshots/csi/words.ts';
import { label } from '../snapshots/labels.ts';
import { named } from '../snapshots/stored.ts';
import { harmless } from '../core/terminal-text.ts';
import { defineCommand } from './command.ts';

export const rebind = defineCommand({
  name: 'rebind',
  summary: 'Bring back a snapshot of which only the content is left, such as after its namespace was deleted',
  examples: [
    {
      words: 'Say how a snapshot would be brought back',
      line: 'backup-ns rebind snapcontent-743ffdef-3919-4cc7-b914-ff2744cfbd49 \\\n    --dry-run',
    },
    {
      words: 'Bring it back to another namespace',
      line: 'backup-ns rebind snapcontent-743ffdef-3919-4cc7-b914-ff2744cfbd49 \\\n    -n shop-restored',
    },
  ],
  settings: rebindSettings,
  endings: ['preflight', 'snapshot'],
  byHand: true,
  run,
  views: { text: (result) => harmless(text(result)) },
});

function text(result: RebindResult): string {
  const { dryRun, wasDone, namespace, name, content, oldContent, takenAt, droppedDate } = result;
  const what = named(words, { namespace, name });
  if (wasDone) return `${what} exists already, and is bound to '${content}'.`;
  const date = droppedDate === undefined ? '' : ` Its date, ${droppedDate}, was not brought back.`;
  const hold = `It stays until somebody deletes it, or gives it a date (label ${label.deleteAfter}).${date}`;
  if (!dryRun) return `${what}, taken ${takenAt}, is back and ready.\n${hold}`;
  return [
    `Would bring back ${what}, taken ${takenAt}:`,
    `  create ${words.content} '${content}', with the same data`,
    `  create the ${words.kind}, and wait until the two are bound`,
    `  delete ${words.content} '${oldContent}', but not the data`,
    hold,
  ].join('\n');
}
