import { boolean, integer, timeZone } from './formats.ts';
import { labelName, objectName } from './kubernetes-formats.ts';
import { buildNodeSlots, nodeSlotsTable } from './node-slots.ts';
import { buildPostgres, postgresTable } from './postgres.ts';
import { defineSettings, type SettingsOf, type Values } from './schema.ts';
import { optionalSetting, setting, type Format } from './setting.ts';
import { buildLabels, buildSnapshot, snapshotTable } from './snapshot.ts';

/** The scheme allows a comma list; taking only the first of several would be a silent hole in the backup. */
const onePvc: Format<string> = {
  usage: '<name>',
  parse: (text) =>
    text.includes(',')
      ? { expected: 'one name: this version does not snapshot several PVCs in one backup' }
      : objectName('a PersistentVolumeClaim').parse(text),
};

/** Known to the scheme; a backup without the dump that was asked for must not look like one with it. */
const noMysql: Format<false> = {
  usage: '[boolean]',
  parse(text) {
    const parsed = boolean.parse(text);
    if ('expected' in parsed) return parsed;
    return parsed.value ? { expected: 'false: this version cannot dump MySQL' } : { value: false };
  },
};

const table = {
  namespace: optionalSetting(
    'BAK_NAMESPACE',
    labelName('a namespace'),
    'The namespace to back up (default: that of the pod, or of the kubeconfig context)',
  ),
  pvc: setting('BAK_PVC_NAME', onePvc, 'data', 'The PersistentVolumeClaim to snapshot'),
  dryRun: setting(
    'BAK_DRY_RUN',
    boolean,
    'false',
    'Check everything and say what would be done, but change nothing',
  ),
  timeZone: setting(
    'TZ',
    timeZone,
    'UTC',
    'The time zone of snapshot names and of daily, weekly and monthly buckets',
  ),
  ...snapshotTable,
  maximumUsed: setting(
    'BAK_THRESHOLD_SPACE_USED_PERCENTAGE',
    integer(1, 100),
    '90',
    'Refuse to dump when the volume is fuller than this',
  ),
  skipDump: setting('BAK_DB_SKIP', boolean, 'false', 'Snapshot without a database dump'),
  ...postgresTable,
  mysql: setting(
    'BAK_DB_MYSQL',
    noMysql,
    'false',
    'Dump a MySQL database (not in this version: true is refused)',
  ),
  ...nodeSlotsTable,
};

function check(values: Partial<Values<typeof table>>): string[] {
  if (values.skipDump && values.postgres)
    return [
      'BAK_DB_SKIP and BAK_DB_POSTGRES are both true; set one of them (--db-skip, --db-postgres) to false',
    ];
  const nothingChosen = values.skipDump === false && values.postgres === false && values.mysql === false;
  return nothingChosen
    ? [
        'No database is chosen; set BAK_DB_POSTGRES=true (--db-postgres) to dump PostgreSQL, ' +
          'or BAK_DB_SKIP=true (--db-skip) to snapshot without a dump',
      ]
    : [];
}

export const createSettings = defineSettings({
  table,
  check,
  build: (values) => ({
    namespace: values.namespace,
    pvc: values.pvc,
    dryRun: values.dryRun,
    timeZone: values.timeZone,
    snapshot: buildSnapshot(values),
    labels: buildLabels(values),
    maximumUsedPercent: values.maximumUsed,
    postgres: buildPostgres(values),
    nodeSlots: buildNodeSlots(values),
  }),
});

export type CreateSettings = SettingsOf<typeof createSettings>;
