import { createBackup } from '../backup/create.ts';
import { backupReport } from '../backup/report.ts';
import type { BackupResult } from '../backup/result.ts';
import { createSettings } from '../backup/settings/create.ts';
import { backupSentence, backupTable } from './backup-table.ts';
import { StringDecoder } from 'node:string_decoder';
import { UserError } from '../core/errors.ts';
import { harmless } from '../core/terminal-text.ts';
import type { Print } from '../job/follow-pod.ts';
import { runJob, type JobResult } from '../job/run-job.ts';
import { buildReadable } from '../record/settings.ts';
import { flagName } from '../settings/setting.ts';
import { knownNames } from './known-settings.ts';
import type { Terminal } from './terminal/terminal.ts';
import { recordable, type SettingRow } from '../settings/read.ts';
import { defineCommand } from './command.ts';
import { withNamesOf } from './setting-names.ts';

export const create = defineCommand({
  name: 'create',
  summary: 'Back up a namespace: dump its database inside its own pod, then snapshot the volume',
  examples: [
    {
      words: 'Back up now as the CronJob of namespace shop does, and follow that',
      line: 'backup-ns create --job -n shop',
    },
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
  record: (values) => ({
    // By its namespace the metrics of a backup are found: where that is refused, too, they would stay for ever.
    settings: buildReadable({ ...('namespace' in values && values), pod: values.labelPod }),
    report: (own) => backupReport(values.namespace ?? own, undefined),
  }),
  async run(settings, context, { rows, terminal, output }): Promise<BackupResult | JobResult> {
    const { job, namespace = context.kube.namespace } = settings;
    if (job) {
      requireNothingElse(rows);
      return await runJob({ namespace, ...job, knownNames }, printerOn(terminal, output), context);
    }
    const withNames = withNamesOf(createSettings.table);
    return await createBackup({ settings, recorded: recordable(rows), withNames }, context);
  },
  // Of a Job, its log has said all.
  views: { table: (result, look) => ('job' in result ? '' : backupTable(result, look)) },
  sentence: (result) => ('job' in result ? jobSentence(result) : backupSentence(result)),
});

function jobSentence({ namespace, job }: JobResult): string {
  return `Job '${job}' has backed up namespace '${namespace}'`;
}

/** They would say something that the Job does not know. */
function requireNothingElse(rows: readonly SettingRow[]): void {
  const { job, namespace } = createSettings.table;
  const others = rows.filter(
    ({ origin, name }) => origin === 'flag' && name !== job.name && name !== namespace.name,
  );
  if (others.length === 0) return;
  const flags = others.map(({ name }) => `--${flagName(name)}`).join(', ');
  throw new UserError(
    'settings',
    `--job makes a Job with the settings of its CronJob; leave out ${flags}, or leave out --job`,
  );
}

/**
 * The log of a Job goes to stdout for a person, and to stderr where stdout is for a result that a program reads. A reader that goes
 * away does not end the Job, nor how this ends.
 */
function printerOn(terminal: Terminal, output: string): Print {
  const decoder = new StringDecoder('utf8');
  const print = (text: string): Promise<boolean> =>
    output === 'table' ? terminal.print(text) : terminal.printBeside(text);
  let isRead = true;
  return async (bytes) => {
    if (isRead) isRead = await print(harmless(decoder.write(bytes)));
  };
}
