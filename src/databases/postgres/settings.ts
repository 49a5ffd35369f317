import { lockTimeout } from '../lock-timeout.ts';
import { maximumLag } from '../maximum-lag.ts';
import { credential } from '../../settings/credential.ts';
import { databaseChoice } from '../database-choice.ts';
import {
  checkCompression,
  compressionLevel,
  compressionOf,
  compressionThreads,
  isNamedAsFile,
} from '../dump-format.ts';
import { boolean, filePath, host, integer, oneOf } from '../../settings/formats.ts';
import { execResource, labelName } from '../../settings/kubernetes-formats.ts';
import type { Values } from '../../settings/schema.ts';
import { secretSetting, setting } from '../../settings/setting.ts';

const dumpFile = '/var/lib/postgresql/data/dump.sql.gz';

export const wantsPostgres = setting(
  'BAK_DB_POSTGRES',
  boolean,
  'false',
  'Dump a PostgreSQL database before the snapshot',
);

export const postgresTable = {
  postgresExecResource: setting(
    'BAK_DB_POSTGRES_EXEC_RESOURCE',
    execResource,
    'deployment/app-base',
    'The deployment, statefulset, pod or label selector of the one ready pod that the database runs in',
  ),
  postgresExecContainer: setting(
    'BAK_DB_POSTGRES_EXEC_CONTAINER',
    labelName('a container'),
    'postgres',
    "The database's container in that pod",
  ),
  postgresDumpFile: setting(
    'BAK_DB_POSTGRES_DUMP_FILE',
    filePath(dumpFile),
    dumpFile,
    'The dump file in that container, on the volume that is snapshotted',
  ),
  postgresHost: setting(
    'BAK_DB_POSTGRES_HOST',
    host,
    '127.0.0.1',
    'The database host, seen from that container',
  ),
  postgresPort: setting('BAK_DB_POSTGRES_PORT', integer(1, 65_535), '5432', 'The database port'),
  postgresUser: setting(
    'BAK_DB_POSTGRES_USER',
    credential,
    '${POSTGRES_USER}',
    'The database user; ${NAME} is the variable NAME of that container',
  ),
  postgresPassword: secretSetting(
    'BAK_DB_POSTGRES_PASSWORD',
    credential,
    '${POSTGRES_PASSWORD}',
    "The database user's password; ${NAME} is the variable NAME of that container",
  ),
  postgresDatabases: setting(
    'BAK_DB_POSTGRES_DB',
    databaseChoice,
    '${POSTGRES_DB}',
    "The database to dump, a comma list of several, or '*' for all; ${NAME} is the variable NAME of that container",
  ),
  postgresFormat: setting(
    'BAK_DB_POSTGRES_FORMAT',
    oneOf(['plain', 'directory']),
    'plain',
    'plain: SQL in one file; directory: a folder for pg_restore, which is written by several jobs',
  ),
  postgresJobs: setting(
    'BAK_DB_POSTGRES_JOBS',
    integer(1, 64),
    '2',
    'How many tables are dumped in parallel, with BAK_DB_POSTGRES_FORMAT=directory',
  ),
  postgresCompressionLevel: compressionLevel('BAK_DB_POSTGRES'),
  postgresCompressionThreads: compressionThreads('BAK_DB_POSTGRES'),
  postgresMaximumLag: maximumLag('BAK_DB_POSTGRES'),
  postgresLockTimeout: lockTimeout('BAK_DB_POSTGRES'),
  postgresGlobals: setting(
    'BAK_DB_POSTGRES_GLOBALS',
    boolean,
    'true',
    'Also dump roles and other globals of the server, beside the dump file',
  ),
};

/** What does not go together; one sentence each. */
export function checkPostgres({
  postgresFormat,
  postgresDumpFile = '',
  postgresCompressionLevel: level = 1,
}: Partial<Values<typeof postgresTable>>): string[] {
  if (postgresFormat !== 'directory') return checkCompression('BAK_DB_POSTGRES', postgresDumpFile, level);
  // Of gzip, which all versions of pg_dump write a folder with.
  if (level > 9) return [`BAK_DB_POSTGRES_COMPRESSION_LEVEL is ${level}, and the highest of a folder is 9`];
  return isNamedAsFile(postgresDumpFile)
    ? [
        `BAK_DB_POSTGRES_FORMAT is directory, but BAK_DB_POSTGRES_DUMP_FILE ends like a file (${postgresDumpFile}); set it to a name for a folder on the volume, such as /var/lib/postgresql/data/dump`,
      ]
    : [];
}

/** Where it is, and how to log in. */
export function postgresSettings(values: Values<typeof postgresTable>) {
  return {
    execResource: values.postgresExecResource,
    container: values.postgresExecContainer,
    dumpFile: values.postgresDumpFile,
    host: values.postgresHost,
    port: values.postgresPort,
    user: values.postgresUser,
    password: values.postgresPassword,
    databases: values.postgresDatabases,
    format: values.postgresFormat,
    jobs: values.postgresJobs,
    maximumLagSeconds: values.postgresMaximumLag / 1000,
    lockTimeoutSeconds: values.postgresLockTimeout / 1000,
    globals: values.postgresGlobals,
    compression: compressionOf(values.postgresCompressionLevel, values.postgresCompressionThreads),
  };
}

export type PostgresSettings = ReturnType<typeof postgresSettings>;
