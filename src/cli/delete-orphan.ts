import { consentOf } from './terminal/consent.ts';
import { deleteOrphan as run } from '../orphans/delete-orphan.ts';
import type { Orphan } from '../orphans/orphan.ts';
import { deleteOrphanSettings } from '../orphans/delete-orphan-settings.ts';
import { harmless } from '../core/terminal-text.ts';
import { words } from '../snapshots/csi/words.ts';
import { defineCommand } from './command.ts';

export const deleteOrphan = defineCommand({
  name: 'delete-orphan',
  summary: 'Delete a snapshot of which only the content is left, with its data',
  settings: deleteOrphanSettings,
  endings: ['preflight'],
  byHand: true,
  async run({ content, yes }, context, { terminal }) {
    const consent = consentOf(terminal, yes, context.signal);
    const ask = (orphan: Orphan) => consent(`Delete ${described(orphan)}, and its data?`);
    const orphan = await run(content, ask, context);
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

function described({ namespace, snapshot, createdAt, tiers }: Orphan): string {
  const time = createdAt.toISOString().slice(0, 16).replace('T', ' ');
  const buckets = tiers.size === 0 ? '' : `, which stands for ${[...tiers.values()].join(', ')}`;
  return `'${snapshot}' of namespace '${namespace}', taken ${time} UTC${buckets}`;
}
