import { describeSettings } from '../catalogue/describe-settings.ts';
import { describeSnapshot } from '../catalogue/describe-snapshot.ts';
import { defineCommand } from './command.ts';
import { descriptionText } from './description-text.ts';
import { restoreCommands } from './restore-commands.ts';

const help = `What it stands for and until when it stays, what is on it, whether its PVC is still the same, and the commands that restore it. \
What you may not look at is said to be so: data in the storage is of no namespace.`;

export const describe = defineCommand({
  name: 'describe',
  summary: 'Show everything about a snapshot, and how to restore it',
  help,
  examples: [
    {
      words: 'What a person wants to know before a restore',
      line: 'backup-ns describe -n shop data-2026-11-21-043000-rrb1zq',
    },
    {
      words: 'The same for a program, with all that is recorded',
      line: 'backup-ns describe -n shop data-2026-11-21-043000-rrb1zq -o yaml',
    },
  ],
  settings: describeSettings,
  endings: ['preflight'],
  byHand: true,
  async run({ name, namespace }, context, { program }) {
    const key = { name, namespace: namespace ?? context.kube.namespace };
    const description = await describeSnapshot(key, context);
    return { ...description, commands: restoreCommands(description, program) };
  },
  views: { text: descriptionText },
});
