import {
  markAndDelete as run,
  markAndDeleteReport,
  type MarkAndDeleteResult,
} from '../retention/mark-and-delete/mark-and-delete.ts';
import { markAndDeleteSettings } from '../retention/mark-and-delete/settings.ts';
import { buildReadable } from '../record/settings.ts';
import { atTerminal, personAt, withOwnNamespace } from './at-terminal.ts';
import { defineCommand } from './command.ts';
import { withNamesOf } from './setting-names.ts';
import { alignedTable, type Look } from './table.ts';

export const markAndDelete = defineCommand({
  name: 'mark-and-delete',
  summary: 'Give a date to snapshots that no tier keeps any more; delete those whose date has passed',
  examples: [
    {
      words: 'Show what would be marked and deleted in namespace shop',
      line: 'backup-ns mark-and-delete -n shop --dry-run',
    },
    { words: 'Only give dates, and delete nothing', line: 'backup-ns mark-and-delete -n shop --mark-only' },
  ],
  settings: markAndDeleteSettings,
  help: atTerminal,
  endings: ['partial', 'preflight'],
  record: (values) => ({
    settings: buildReadable(values),
    report: (namespace) => markAndDeleteReport(undefined, namespace),
  }),
  async run(settings, context, { terminal }) {
    const words = (planned: MarkAndDeleteResult) =>
      `${table(planned, terminal)}\n\nMark these, and delete those with their data, for ever?`;
    const caller = personAt(terminal, context, { yes: settings.yes, words });
    return await run(withOwnNamespace(settings, terminal, context), context, {
      ...caller,
      withNames: withNamesOf(markAndDeleteSettings.table),
    });
  },
  views: { table },
  sentence,
});

function table(result: MarkAndDeleteResult, look: Look): string {
  const { marked, deleted, others } = result;
  const rows = [
    ...marked.map((one) => ({ ...one, fate: 'mark' })),
    ...deleted.map((one) => ({ ...one, fate: 'delete' })),
    ...others,
  ].map(({ namespace, name, fate, reason }) => [namespace, name, fate, reason]);
  const lines = alignedTable(['NAMESPACE', 'SNAPSHOT', 'FATE', 'WHY'], rows, look);
  const sum = sentence(result);
  return rows.length === 0 ? sum : `${lines}\n\n${sum}`;
}

function sentence({ dryRun, today, marked, deleted, left, failed, skipped }: MarkAndDeleteResult): string {
  const would = dryRun ? 'would be ' : '';
  const counts = `${marked.length} ${would}marked to go after ${today}, ${deleted.length} ${would}deleted`;
  return `${counts}, ${left} left for the next run, ${skipped.length} left alone, ${failed.length} failed.`;
}
