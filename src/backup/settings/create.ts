import { boolean, integer, timeZone } from '../../settings/formats.ts';
import { claimList, labelName, objectName } from '../../settings/kubernetes-formats.ts';
import { buildMetrics, metricsTable } from '../../record/settings.ts';
import { keyOf, type Engine } from '../../databases/engine.ts';
import { engines } from '../../databases/engines.ts';
import { buildNodeSlots, nodeSlotsTable } from './node-slots.ts';
import { buildQuiesce, quiesceTable } from './quiesce.ts';
import { defineSettings, type SettingsOf, type SettingsTable, type Values } from '../../settings/schema.ts';
import { flag, flagName, optionalSetting, setting, type Format } from '../../settings/setting.ts';
import { checkGroup } from '../../snapshots/csi/settings.ts';
import { buildLabels, buildSnapshot, snapshotTable } from './snapshot.ts';

/** Of a CronJob, as kubectl prints and takes a name. */
const cronJobName = objectName('a CronJob');
const onlyOne = '*';
const jobFrom: Format<JobFrom> = {
  usage: '[cronjob]',
  alone: onlyOne,
  parse(text) {
    if (text === onlyOne) return { value: { cronJob: undefined } };
    const parsed = cronJobName.parse(text.replace(/^(?:cronjobs?(?:\.batch)?|cj)\//, ''));
    return 'value' in parsed ? { value: { cronJob: parsed.value } } : parsed;
  },
};

/** Undefined is the only one that makes backups there. */
interface JobFrom {
  readonly cronJob: string | undefined;
}

const general = {
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
    'The PersistentVolumeClaim to snapshot, or several, separated by commas, as one backup: all or none',
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
    'Refuse to dump when more than this percentage of the volume is used',
  ),
  skipDump: setting('BAK_DB_SKIP', boolean, 'false', 'Snapshot without a database dump'),
};

const later = {
  ...quiesceTable,
  leaseTimeout: setting(
    'BAK_LEASE_TIMEOUT_SEC',
    integer(0, 604_800, 'seconds as a whole number'),
    '3600',
    'How many seconds to wait for another backup of the namespace to end; 0 means not to wait',
  ),
  ...nodeSlotsTable,
  ...metricsTable('BAK', 'the backup'),
  job: flag(
    'job',
    jobFrom,
    'Back up here and now what a CronJob of the namespace backs up: make a Job from it, as kubectl create job does, and follow its log; its name is needed where there are several',
  ),
};

type Given = Partial<Values<typeof general>> & Readonly<Record<string, unknown>>;

/** Those of `create`, which dumps databases of these engines. */
export function createSettingsWith(engines: readonly Engine[]) {
  const isWanted = (values: Given) => (engine: Engine) => values[engine.name] === true;
  /** A Job has the settings of its CronJob. */
  const problemsOf = (values: Given, typed: ReadonlySet<string>) => [
    ...checkDatabases(values, engines, engines.filter(isWanted(values)), typed),
    ...checkGroup(values),
  ];
  return defineSettings({
    table: { ...general, ...tableOf(engines), ...later },
    check: (values, typed) => (values['job'] === undefined ? problemsOf(values, typed) : []),
    build: (values) => ({
      job: values.job,
      namespace: values.namespace,
      pvcs: values.pvcs,
      dryRun: values.dryRun,
      timeZone: values.timeZone,
      snapshot: buildSnapshot(values),
      labels: buildLabels(values),
      maximumUsedPercent: values.maximumUsed,
      databases: engines.filter(isWanted(values)).map(({ settings }) => settings.build(values)),
      quiesce: buildQuiesce(values),
      leaseTimeoutMilliseconds: values.leaseTimeout * 1000,
      nodeSlots: buildNodeSlots(values),
      record: { pod: values.labelPod, metrics: buildMetrics(values) },
    }),
  });
}

function tableOf(engines: readonly Engine[]): SettingsTable {
  return Object.assign(
    {},
    ...engines.map(({ name, wanted, settings }) => ({ [name]: wanted, ...settings.table })),
  );
}

function checkDatabases(
  values: Given,
  engines: readonly Engine[],
  wanted: readonly Engine[],
  typed: ReadonlySet<string>,
): string[] {
  const skip = variableAndFlag(general.skipDump.name);
  if (values.skipDump && wanted.length > 0) {
    return wanted.map(({ wanted: { name } }) => {
      const { variable, flag } = variableAndFlag(name);
      return `${skip.variable} and ${variable} are both true; set one of them (${skip.flag}, ${flag}) to false`;
    });
  }
  if (values.skipDump === false && engines.every(({ name }) => values[name] === false)) {
    const ways = engines.map(({ wanted: { name }, products }) => {
      const { variable, flag } = variableAndFlag(name);
      return `${variable}=true (${flag}) to dump ${products}, `;
    });
    return [
      `No database is chosen; set ${ways.join('')}or ${skip.variable}=true (${skip.flag}) to snapshot without a dump`,
    ];
  }
  return [...wanted.flatMap(({ settings }) => settings.check(values, typed)), ...samePlaces(values, wanted)];
}

function variableAndFlag(name: string): { readonly variable: string; readonly flag: string } {
  return { variable: name, flag: `--${flagName(name)}` };
}

/** Two dumps of one name in one folder: whether it is the same volume, only the pods know, but nobody wants to find out. */
function samePlaces(values: Given, wanted: readonly Engine[]): string[] {
  const files = wanted.map(({ name, settings }) => {
    const key = keyOf(name, 'DumpFile');
    return { variable: settings.table[key]?.name, file: values[key] };
  });
  const groups = [...Map.groupBy(files, ({ file }) => file)];
  return groups
    .filter(([file, same]) => file !== undefined && same.length > 1)
    .map(
      ([file, same]) =>
        `${same.map(({ variable }) => variable).join(' and ')} are the same file (${String(file)}); give each a file of its own`,
    );
}

export const createSettings = createSettingsWith(engines);

export type CreateSettings = SettingsOf<typeof createSettings>;
