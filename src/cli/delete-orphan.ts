import { callerOn } from './terminal/caller.ts';
import { deleteOrphan as run } from '../orphans/delete-orphan.ts';
import { deleteOrphanSettings } from '../orphans/delete-orphan-settings.ts';
import { harmless } from '../core/terminal-text.ts';
import { words } from '../snapshots/csi/words.ts';
import { defineCommand } from './command.ts';

export const deleteOrphan = defineCommand({
  name: 'delete-orphan',
  summary: 'Delete the content that a deleted snapshot has left, and its data',
  examples: [
    {
      words: "Delete a content that 'backup-ns list --orphans' shows",
      line: 'backup-ns delete-orphan \\\n    snapcontent-743ffdef-3919-4cc7-b914-ff2744cfbd49',
    },
  ],
  settings: deleteOrphanSettings,
  endings: ['preflight'],
  byHand: true,
  async run({ content, yes }, context, { terminal }) {
    const orphan = await run(content, callerOn(terminal, context, { yes }), context);
    const { name, namespace, snapshot, driver, snapshotHandle } = orphan;
    return { content: name, namespace, name: snapshot, driver, snapshotHandle };
  },
  views: {
    text: ({ content, driver, snapshotHandle }) => {
      const data = snapshotHandle === undefined ? 'it had no data' : `${driver} removes its data`;
      return harmless(`Deleted ${words.content} '${content}'; ${data}.`);
    },
  },
});
