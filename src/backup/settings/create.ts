import { boolean, integer, timeZone } from '../../settings/formats.ts';
import { claimList, labelName } from '../../settings/kubernetes-formats.ts';
import { buildMetrics, metricsTable } from './metrics.ts';
import { buildMysql, mysqlTable } from '../../databases/mysql/settings.ts';
import { buildNodeSlots, nodeSlotsTable } from './node-slots.ts';
import { buildPostgres, checkPostgres, postgresTable } from '../../databases/postgres/settings.ts';
import { buildQuiesce, quiesceTable } from './quiesce.ts';
import { defineSettings, type SettingsOf, type Values } from '../../settings/schema.ts';
import { optionalSetting, setting } from '../../settings/setting.ts';
import { checkGroup } from '../../snapshots/csi/settings.ts';
import { buildLabels, buildSnapshot, snapshotTable } from './snapshot.ts';

const table = {
  namespace: {
    ...optionalSetting(
      'BAK_NAMESPACE',
      labelName('a namespace'),
      'The namespace to back up (default: that of the pod, or of the kubeconfig context)',
    ),
    short: 'n',
  },
  pvcs: setting(
    'BAK_PVC_NAME',
    claimList,
    'data',
    'The PersistentVolumeClaim to snapshot; several, with commas between them, are one backup: all or none',
  ),
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
  ...mysqlTable,
  ...quiesceTable,
  leaseTimeout: setting(
    'BAK_LEASE_TIMEOUT_SEC',
    integer(0, 604_800, 'seconds as a whole number'),
    '3600',
    'How many seconds to wait while another backup of the namespace runs; 0 does not wait',
  ),
  ...nodeSlotsTable,
  ...metricsTable,
};

function check(values: Partial<Values<typeof table>>): string[] {
  const { skipDump, postgres, mysql } = values;
  const wanted = [postgres && 'postgres', mysql && 'mysql'].filter((name) => typeof name === 'string');
  if (skipDump && wanted.length > 0) {
    return wanted.map(
      (name) =>
        `BAK_DB_SKIP and BAK_DB_${name.toUpperCase()} are both true; set one of them (--db-skip, --db-${name}) to false`,
    );
  }
  if (skipDump === false && postgres === false && mysql === false) {
    return [
      'No database is chosen; set BAK_DB_POSTGRES=true (--db-postgres) to dump PostgreSQL, BAK_DB_MYSQL=true (--db-mysql) to dump MySQL or MariaDB, ' +
        'or BAK_DB_SKIP=true (--db-skip) to snapshot without a dump',
    ];
  }
  return [...checkPostgres(values), ...samePlace(values)];
}

/** Two dumps of one name in one folder: whether it is the same volume, only the pods know, but nobody wants to find out. */
function samePlace({ postgres, mysql, ...values }: Partial<Values<typeof table>>): string[] {
  return postgres && mysql && values.postgresDumpFile === values.mysqlDumpFile
    ? [
        `BAK_DB_POSTGRES_DUMP_FILE and BAK_DB_MYSQL_DUMP_FILE are the same file (${values.mysqlDumpFile}); give each a file of its own`,
      ]
    : [];
}

export const createSettings = defineSettings({
  table,
  check: (values) => [...check(values), ...checkGroup(values)],
  build: (values) => ({
    namespace: values.namespace,
    pvcs: values.pvcs,
    dryRun: values.dryRun,
    timeZone: values.timeZone,
    snapshot: buildSnapshot(values),
    labels: buildLabels(values),
    maximumUsedPercent: values.maximumUsed,
    postgres: buildPostgres(values),
    mysql: buildMysql(values),
    quiesce: buildQuiesce(values),
    leaseTimeoutMilliseconds: values.leaseTimeout * 1000,
    nodeSlots: buildNodeSlots(values),
    metrics: buildMetrics(values),
  }),
});

export type CreateSettings = SettingsOf<typeof createSettings>;
