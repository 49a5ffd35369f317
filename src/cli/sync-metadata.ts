import { buildReadable } from '../record/settings.ts';
import {
  syncMetadata as run,
  syncMetadataReport,
  type SyncMetadataResult,
} from '../orphans/sync-metadata.ts';
import { syncMetadataSettings } from '../orphans/sync-metadata-settings.ts';
import { withOwnNamespace } from './at-terminal.ts';
import { defineCommand } from './command.ts';
import { withNamesOf } from './setting-names.ts';
import { alignedTable, type Look } from './table.ts';

export const syncMetadata = defineCommand({
  name: 'sync-metadata',
  summary:
    'Copy the labels and annotations of snapshots to their contents, which outlive a deleted namespace',
  examples: [
    { words: 'Say what would be copied in all namespaces', line: 'backup-ns sync-metadata -A --dry-run' },
  ],
  settings: syncMetadataSettings,
  endings: ['partial', 'preflight'],
  record: (values) => ({
    settings: buildReadable(values),
    report: (namespace) => syncMetadataReport(undefined, namespace),
  }),
  run: (settings, context, { terminal }) =>
    run(withOwnNamespace(settings, terminal, context), context, {
      withNames: withNamesOf(syncMetadataSettings.table),
    }),
  views: { table },
  sentence,
});

function table(result: SyncMetadataResult, look: Look): string {
  const rows = result.changed.map(({ namespace, name, content, written, taken }) => [
    namespace,
    name,
    content,
    namesOf(written),
    namesOf(taken),
  ]);
  const sum = sentence(result);
  if (rows.length === 0) return sum;
  return `${alignedTable(['NAMESPACE', 'SNAPSHOT', 'CONTENT', 'WRITTEN', 'TAKEN'], rows, look)}\n\n${sum}`;
}

function sentence({ dryRun, snapshots, changed, failed }: SyncMetadataResult): string {
  // The others are namespaces that could not be read.
  const unchanged = failed.filter(({ name }) => name !== '*').length;
  const verb = dryRun ? 'would be changed' : 'changed';
  return `${changed.length - unchanged} of ${snapshots} contents ${verb}.`;
}

/** Without the prefix that all have. */
function namesOf(keys: readonly string[]): string {
  return keys.map((key) => key.slice(key.indexOf('/') + 1)).join(',') || '-';
}
