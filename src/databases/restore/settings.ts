import { boolean, duration } from '../../settings/formats.ts';
import { defineSettings, type SettingsOf } from '../../settings/schema.ts';
import { flag } from '../../settings/setting.ts';
import { yesFlag } from '../../settings/yes.ts';
import { database, defaultLeaseWait, leaseWait, localFile, maximumUsed } from '../operations/settings.ts';

export const restoreDatabaseSettings = defineSettings({
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
    noSafetyDump: flag('no-safety-dump', boolean, 'Do not dump the database as it is now before the restore'),
    lockTimeout: flag(
      'lock-timeout',
      duration,
      'How long each statement waits for other sessions that hold a lock (default: 30s)',
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

export type RestoreDatabaseSettings = SettingsOf<typeof restoreDatabaseSettings>;
