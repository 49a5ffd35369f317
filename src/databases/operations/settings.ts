import { boolean, integer } from '../../settings/formats.ts';
import { duration, hasControlCharacter } from '../../settings/formats.ts';
import { labelName } from '../../settings/kubernetes-formats.ts';
import {
  defineSettings,
  type SettingsOf,
  type SettingsSchema,
  type SettingsTable,
} from '../../settings/schema.ts';
import { flag, optionalSetting, setting, type Format } from '../../settings/setting.ts';
import type { Engine } from '../engine.ts';
import type { ServerRequest } from './target.ts';

const namespace = {
  ...optionalSetting(
    'BAK_NAMESPACE',
    labelName('a namespace'),
    'The namespace (default: that of the kubeconfig context, or of the pod)',
  ),
  short: 'n',
};

/**
 * Which server is meant, and how to log in: by the same variables as `create` has, so that they fit in a pod of its
 * CronJob, and by the same flags. Whether it is dumped is no question here.
 */
export function serverSettings({ settings }: Engine): SettingsSchema<SettingsTable, ServerRequest> {
  return defineSettings({
    table: { namespace, ...settings.table },
    check: (values) => settings.check(values),
    build: (values) => ({ namespace: values.namespace, server: settings.build(values) }),
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

export const database = flag('database', databaseName, 'Which database, where the settings mean several');

export const maximumUsed = setting(
  'BAK_THRESHOLD_SPACE_USED_PERCENTAGE',
  integer(1, 100),
  '90',
  'Refuse to dump when the volume is fuller than this',
);

/** Longer than the lease of a run that was killed lasts. */
export const defaultLeaseWait = 2 * 60_000;

export const leaseWait = flag(
  'lock-wait',
  duration,
  'How long to wait for a backup that is at work in the namespace (default: 2m)',
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
    file: flag('file', localFile, 'Where it goes; - is stdout (default: its own name, in this folder)', 'f'),
    force: flag('force', boolean, 'Write over a file that is there'),
    unchecked: flag('unchecked', boolean, 'Also a dump that has no recorded SHA-256 to be checked against'),
  },
  check: () => [],
  build: ({ force = false, unchecked = false, ...others }) => ({ ...others, force, unchecked }),
});

export type DownloadSettings = SettingsOf<typeof downloadSettings>;
