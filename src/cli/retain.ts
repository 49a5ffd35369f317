import { retain as retainSnapshots, retainReport, type RetainResult } from '../retention/retain/retain.ts';
import { retainSettings } from '../retention/retain/settings.ts';
import { buildReadable } from '../record/settings.ts';
import { atTerminal, personAt, withOwnNamespace } from './at-terminal.ts';
import { defineCommand } from './command.ts';
import { withNamesOf } from './setting-names.ts';
import { quoted } from '../core/quoted.ts';
import { alignedTable, type Look } from './table.ts';

export const retain = defineCommand({
  name: 'retain',
  summary: 'Keep the newest daily, weekly and monthly snapshots; take the labels off the others',
  examples: [
    {
      words: 'Show which labels would be taken off in namespace shop',
      line: 'backup-ns retain -n shop --dry-run',
    },
    {
      words: 'The same for another policy',
      line: 'backup-ns retain -n shop --last-daily 14 --last-monthly 24 --dry-run',
    },
  ],
  settings: retainSettings,
  help: atTerminal,
  endings: ['partial', 'preflight'],
  record: (values) => ({
    settings: buildReadable(values),
    report: (namespace) => retainReport(undefined, namespace),
  }),
  async run(settings, context, { terminal }) {
    const words = (planned: RetainResult) =>
      `${changesIn({ ...planned, dryRun: true }, terminal)}\n\nTake these labels off?`;
    const caller = personAt(terminal, context, { yes: settings.yes, words });
    return await retainSnapshots(withOwnNamespace(settings, terminal, context), context, {
      ...caller,
      withNames: withNamesOf(retainSettings.table),
    });
  },
  views: { table },
  sentence,
});

function table(result: RetainResult, look: Look): string {
  const { dryRun, plan, changed } = result;
  const hint = `To change just that, run it again with the same settings, and --expect-plan ${plan} instead of --dry-run.`;
  return [changesIn(result, look), ...(dryRun && changed.length > 0 ? [hint] : [])].join('\n');
}

function changesIn(result: RetainResult, look: Look): string {
  const { changed, leftAlone } = result;
  const rows = changed.flatMap(({ namespace, name, tiers }) =>
    tiers.map(({ tier, bucket, keep, reason }) => [
      namespace,
      name,
      keep ? 'keep' : 'take',
      tier,
      bucket,
      reason,
    ]),
  );
  const lines = alignedTable(['NAMESPACE', 'SNAPSHOT', 'LABEL', 'TIER', 'BUCKET', 'WHY'], rows, look);
  const alone = leftAlone.map(
    ({ namespace, pvc, snapshots: count, reason }) =>
      `Left alone: ${count} of PVC ${quoted(pvc)} in namespace ${quoted(namespace)}: ${reason}.`,
  );
  const sum = [sentence(result), ...alone].join('\n');
  return rows.length === 0 ? sum : `${lines}\n\n${sum}`;
}

function sentence({ dryRun, snapshots, volumes, changed, failed }: RetainResult): string {
  const unchanged = failed.filter((one) =>
    changed.some(({ namespace, name }) => one.namespace === namespace && one.name === name),
  ).length;
  const verb = dryRun ? 'would lose' : 'lost';
  const of = `${snapshots} snapshots of ${volumes} volume${volumes === 1 ? '' : 's'}`;
  return `${changed.length - unchanged} of ${of} ${verb} labels.`;
}
