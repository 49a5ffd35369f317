import { oneOf } from '../settings/formats.ts';
import { defineSettings } from '../settings/schema.ts';
import { argument } from '../settings/setting.ts';
import { defineCommand } from './command.ts';
import { completionScripts, shells } from './completion/scripts/scripts.ts';

const help = `It completes commands, flags, what they take, and the names of namespaces, snapshots, PVCs and orphaned contents, which it \
looks up in the cluster for at most two seconds. What you may not list is not completed.`;

const elsewhere =
  '; there is no completion for another shell, so start one of these, and see backup-ns completion --help';

export const completion = defineCommand({
  name: 'completion',
  summary: 'Print what makes a shell complete the words of this program',
  help,
  examples: [
    { words: 'For bash, in ~/.bashrc', line: 'source <(backup-ns completion bash)' },
    { words: 'For zsh, in ~/.zshrc after compinit', line: 'source <(backup-ns completion zsh)' },
    {
      words: 'For fish, once',
      line: 'backup-ns completion fish > ~/.config/fish/completions/backup-ns.fish',
    },
  ],
  settings: defineSettings({
    table: { shell: argument('shell', oneOf(shells, elsewhere), 'The shell: bash, zsh or fish') },
    check: () => [],
    build: ({ shell }) => ({ shell }),
  }),
  endings: [],
  isOffline: true,
  byHand: true,
  ownsStdout: true,
  async run({ shell }, _context, { terminal }): Promise<undefined> {
    await terminal.print(completionScripts[shell]);
  },
});
