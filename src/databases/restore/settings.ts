import { boolean, duration } from '../../settings/formats.ts';
import {
  defineSettings,
  joined,
  type SettingsOf,
  type SettingsSchema,
  type SettingsTable,
} from '../../settings/schema.ts';
import type { Engine } from '../engine.ts';
import { flag } from '../../settings/setting.ts';
import { yesFlag } from '../../settings/yes.ts';
import { searchPath } from './search-path.ts';
import { database, defaultLeaseWait, leaseWait, localFile, maximumUsed } from '../operations/settings.ts';

/** Of every engine. */
const common = defineSettings({
  table: {
    database,
    file: flag(
      'file',
      localFile,
      'A dump on this machine; - is stdin (default: the one in the container)',
      'f',
    ),
    yes: yesFlag,
    unchecked: flag('unchecked', boolean, 'Accept a dump without a recorded SHA-256 to check it against'),
    noSafetyDump: flag(
      'no-safety-dump',
      boolean,
      'In place, do not dump the database as it is now before the restore',
    ),
    lockTimeout: flag(
      'lock-timeout',
      duration,
      'How long to wait for sessions that hold a lock or do not end (default: 30s)',
    ),
    maximumUsed,
    leaseWait,
  },
  check: ({ file, yes }) =>
    file === '-' && !yes
      ? ['--file - leaves no stdin for the confirmation; give --yes as well, or the path of a file']
      : [],
  build: ({
    yes,
    unchecked,
    noSafetyDump,
    lockTimeout = 30_000,
    maximumUsed: maximumUsedPercent,
    ...others
  }) => ({
    database: others.database,
    file: others.file,
    yes: yes ?? false,
    unchecked: unchecked ?? false,
    hasSafetyDump: !noSafetyDump,
    lockTimeoutSeconds: Math.ceil(lockTimeout / 1000),
    maximumUsedPercent,
    leaseWaitMilliseconds: others.leaseWait ?? defaultLeaseWait,
  }),
});

/** How it is restored where there are two ways, see `RestoreWay`. */
export interface WaySettings {
  readonly inPlace: boolean;
  readonly dropsOld: boolean;
  readonly searchPath: string | undefined;
}

const ofBeside = defineSettings({
  table: {
    inPlace: flag(
      'in-place',
      boolean,
      'Restore into the database as it is, instead of into a new one that takes its place',
    ),
    dropOld: flag('drop-old', boolean, 'Drop the old database in the end, instead of keeping it beside'),
    searchPath: flag(
      'search-path',
      searchPath,
      'The schemas that views and functions of the dump rely on, such as app,public',
    ),
  },
  check: ({ inPlace, dropOld }) =>
    inPlace && dropOld ? ['--drop-old has no meaning with --in-place, which keeps no old database'] : [],
  build: ({ inPlace, dropOld, searchPath: path }): WaySettings => ({
    inPlace: inPlace ?? false,
    dropsOld: dropOld ?? false,
    searchPath: path,
  }),
});

const inPlaceOnly = defineSettings({
  table: {},
  check: () => [],
  build: (): WaySettings => ({ inPlace: true, dropsOld: false, searchPath: undefined }),
});

/** Whether a dump is tried in a new database first, see `Engine.triesFirst`. */
export interface TrialSettings {
  readonly tries: boolean;
}

const ofTrial = defineSettings({
  table: {
    noTrial: flag(
      'no-trial',
      boolean,
      'Do not restore the dump into a new database first, on trial, which is dropped again',
    ),
  },
  check: () => [],
  build: ({ noTrial }): TrialSettings => ({ tries: !noTrial }),
});

const withoutTrial = defineSettings({
  table: {},
  check: () => [],
  build: (): TrialSettings => ({ tries: false }),
});

export type RestoreDatabaseSettings = SettingsOf<typeof common> & WaySettings & TrialSettings;

/** Of the command `restore`; there are more where an engine has two ways. */
export function restoreDatabaseSettings({
  restoresBeside = false,
  triesFirst = false,
}: Pick<Engine, 'restoresBeside' | 'triesFirst'>): SettingsSchema<SettingsTable, RestoreDatabaseSettings> {
  const ways: SettingsSchema<SettingsTable, WaySettings> = restoresBeside ? ofBeside : inPlaceOnly;
  const trial: SettingsSchema<SettingsTable, TrialSettings> = triesFirst ? ofTrial : withoutTrial;
  return joined<SettingsOf<typeof common>, WaySettings & TrialSettings>(
    common,
    joined<WaySettings, TrialSettings>(ways, trial),
  );
}
