import { createBackup } from '../backup/create.ts';
import { backupReport } from '../backup/report.ts';
import { createSettings } from '../backup/settings/create.ts';
import { backupSentence, backupTable } from './backup-table.ts';
import { recordable } from '../settings/read.ts';
import { defineCommand } from './command.ts';
import { withNamesOf } from './setting-names.ts';

export const create = defineCommand({
  name: 'create',
  summary: 'Back up a namespace: dump its database inside its own pod, then snapshot the volume',
  examples: [
    {
      words: 'Say what a backup would do, and change nothing',
      line: 'backup-ns create -n shop --pvc-name data --db-postgres \\\n    --db-postgres-exec-resource deployment/shop --dry-run',
    },
    {
      words: "Back up PVC 'media', which has no database",
      line: 'backup-ns create -n shop --pvc-name media --db-skip',
    },
  ],
  settings: createSettings,
  endings: ['partial', 'preflight', 'lock', 'dump', 'snapshot'],
  endingWords: {
    partial:
      'the backup is complete, but not all that it changed is undone: an app could not be woken, for example',
    lock: 'no lock was free in time, or one was lost during the backup',
    snapshot: 'no snapshot was made, or one failed or was not ready in time; the dumps may be new',
  },
  record: {
    podVariable: createSettings.table.labelPod.name,
    report: (environment, { kube }) =>
      backupReport(environment[createSettings.table.namespace.name] || kube.namespace, []),
  },
  run(settings, context, { rows }) {
    const withNames = withNamesOf(createSettings.table);
    return createBackup({ settings, recorded: recordable(rows), withNames }, context);
  },
  views: { table: backupTable },
  sentence: backupSentence,
});
