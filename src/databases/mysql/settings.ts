import { credential } from '../../settings/credential.ts';
import { databaseChoice } from '../database-choice.ts';
import { checkCompression, compressionLevel, compressionOf, compressionThreads } from '../dump-format.ts';
import { lockTimeout } from '../lock-timeout.ts';
import { maximumLag } from '../maximum-lag.ts';
import { boolean, filePath, host, integer } from '../../settings/formats.ts';
import { execResource, labelName } from '../../settings/kubernetes-formats.ts';
import type { Values } from '../../settings/schema.ts';
import { secretSetting, setting, type Format } from '../../settings/setting.ts';

const dumpFile = '/var/lib/mysql/dump.sql.gz';

const characterSet: Format<string> = {
  usage: '<name>',
  parse: (text) =>
    /^[A-Za-z0-9_]+$/.test(text) ? { value: text } : { expected: 'a character set such as utf8mb4' },
};

export const wantsMysql = setting(
  'BAK_DB_MYSQL',
  boolean,
  'false',
  'Dump a MySQL or MariaDB database before the snapshot',
);

export const mysqlTable = {
  mysqlExecResource: setting(
    'BAK_DB_MYSQL_EXEC_RESOURCE',
    execResource,
    'deployment/app-base',
    'The deployment, statefulset, pod or label selector of the one ready pod that the database runs in',
  ),
  mysqlExecContainer: setting(
    'BAK_DB_MYSQL_EXEC_CONTAINER',
    labelName('a container'),
    'mysql',
    "The database's container in that pod",
  ),
  mysqlDumpFile: setting(
    'BAK_DB_MYSQL_DUMP_FILE',
    filePath(dumpFile),
    dumpFile,
    'The dump file in that container, on the volume that is snapshotted',
  ),
  mysqlHost: setting('BAK_DB_MYSQL_HOST', host, '127.0.0.1', 'The database host, seen from that container'),
  mysqlPort: setting('BAK_DB_MYSQL_PORT', integer(1, 65_535), '3306', 'The database port'),
  mysqlUser: setting(
    'BAK_DB_MYSQL_USER',
    credential,
    'root',
    'The database user; ${NAME} is the variable NAME of that container',
  ),
  mysqlPassword: secretSetting(
    'BAK_DB_MYSQL_PASSWORD',
    credential,
    '${MYSQL_ROOT_PASSWORD}',
    "The database user's password; ${NAME} is the variable NAME of that container, or ${MARIADB_…} where there is no ${MYSQL_…}",
  ),
  mysqlDatabases: setting(
    'BAK_DB_MYSQL_DB',
    databaseChoice,
    '${MYSQL_DATABASE}',
    "The database to dump, a comma list of several, or '*' for all but the server's own; ${NAME} is the variable NAME of that container",
  ),
  mysqlCompressionLevel: compressionLevel('BAK_DB_MYSQL'),
  mysqlCompressionThreads: compressionThreads('BAK_DB_MYSQL'),
  mysqlMaximumLag: maximumLag('BAK_DB_MYSQL'),
  mysqlLockTimeout: lockTimeout('BAK_DB_MYSQL'),
  mysqlCharacterSet: setting(
    'BAK_DB_MYSQL_DEFAULT_CHARACTER_SET',
    characterSet,
    'utf8mb4',
    'The character set of the dump',
  ),
};

/** What does not go together; one sentence each. */
export function checkMysql({
  mysqlDumpFile,
  mysqlCompressionLevel,
}: Partial<Values<typeof mysqlTable>>): string[] {
  return checkCompression('BAK_DB_MYSQL', mysqlDumpFile, mysqlCompressionLevel);
}

/** Where it is, and how to log in. */
export function mysqlSettings(values: Values<typeof mysqlTable>) {
  return {
    execResource: values.mysqlExecResource,
    container: values.mysqlExecContainer,
    dumpFile: values.mysqlDumpFile,
    host: values.mysqlHost,
    port: values.mysqlPort,
    user: values.mysqlUser,
    password: values.mysqlPassword,
    databases: values.mysqlDatabases,
    maximumLagSeconds: values.mysqlMaximumLag / 1000,
    lockTimeoutSeconds: values.mysqlLockTimeout / 1000,
    characterSet: values.mysqlCharacterSet,
    compression: compressionOf(values.mysqlCompressionLevel, values.mysqlCompressionThreads),
  };
}

export type MysqlSettings = ReturnType<typeof mysqlSettings>;
