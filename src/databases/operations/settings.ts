import { boolean, integer } from '../../settings/formats.ts';
import { duration, hasControlCharacter } from '../../settings/formats.ts';
import { labelName, objectName } from '../../settings/kubernetes-formats.ts';
import {
  defineSettings,
  type SettingsOf,
  type SettingsSchema,
  type SettingsTable,
} from '../../settings/schema.ts';
import { flag, optionalSetting, setting, type Format } from '../../settings/setting.ts';
import type { Engine } from '../engine.ts';
import type { ServerRequest } from './target.ts';

export const namespaceSetting = {
  ...optionalSetting(
    'BAK_NAMESPACE',
    labelName('a namespace'),
    'The namespace (default: that of the kubeconfig context, or of the pod)',
  ),
  short: 'n',
};

export const cronJobFlag = flag(
  'cron-job',
  objectName('a CronJob'),
  'Whose settings count for what is given by no flag and no variable (default: those of the CronJob in the namespace)',
);

/**
 * Which server is meant, and how to log in: by the same variables as `create` has, so that they fit in a pod of its
 * CronJob, and by the same flags. Whether it is dumped is no question here.
 */
export function serverSettings({ settings }: Engine): SettingsSchema<SettingsTable, ServerRequest> {
  return defineSettings({
    table: { namespace: namespaceSetting, cronJob: cronJobFlag, ...settings.table },
    check: (values, typed) => settings.check(values, typed),
    build: (values) => ({
      namespace: values.namespace,
      cronJob: values.cronJob,
      server: settings.build(values),
    }),
  });
}

const databaseName: Format<string> = {
  usage: '<name>',
  parse: (text) => (hasControlCharacter(text) ? { expected: 'the name of a database' } : { value: text }),
};

export const localFile: Format<string> = {
  usage: '<path>',
  parse: (text) =>
    text.includes('\0') || text.endsWith('/') ? { expected: 'the path of a file, or -' } : { value: text },
};

export const database = flag('database', databaseName, 'Which database, if the settings name several');

export const maximumUsed = setting(
  'BAK_THRESHOLD_SPACE_USED_PERCENTAGE',
  integer(1, 100),
  '90',
  'Refuse to dump when more than this percentage of the volume is used',
);

/** Longer than the lease of a run that was killed lasts. */
export const defaultLeaseWait = 2 * 60_000;

export const leaseWait = flag(
  'lock-wait',
  duration,
  'How long to wait for a running backup of the namespace (default: 2m)',
);

export const shellSettings = defineSettings({
  table: {
    database: flag(
      'database',
      databaseName,
      'The database to connect to (default: the first of the settings)',
    ),
  },
  check: () => [],
  build: (values) => values,
});

export const infoSettings = defineSettings({ table: {}, check: () => [], build: () => ({}) });

export const dumpSettings = defineSettings({
  table: { maximumUsed, leaseWait },
  check: () => [],
  build: ({ maximumUsed: maximumUsedPercent, leaseWait: leaseWaitMilliseconds = defaultLeaseWait }) => ({
    maximumUsedPercent,
    leaseWaitMilliseconds,
  }),
});

export const downloadSettings = defineSettings({
  table: {
    database,
    file: flag(
      'file',
      localFile,
      'The file to write; - is stdout (default: the name of the dump, in the current folder)',
      'f',
    ),
    force: flag('force', boolean, 'Overwrite an existing file'),
    unchecked: flag('unchecked', boolean, 'Accept a dump without a recorded SHA-256 to check it against'),
  },
  check: () => [],
  build: ({ force = false, unchecked = false, ...others }) => ({ ...others, force, unchecked }),
});

export type DownloadSettings = SettingsOf<typeof downloadSettings>;
