import { credential } from './credential.ts';
import { boolean, filePath, host, integer } from './formats.ts';
import { execResource, labelName } from './kubernetes-formats.ts';
import type { Values } from './schema.ts';
import { secretSetting, setting } from './setting.ts';

const dumpFile = '/var/lib/postgresql/data/dump.sql.gz';

export const postgresTable = {
  postgres: setting('BAK_DB_POSTGRES', boolean, 'false', 'Dump a PostgreSQL database before the snapshot'),
  postgresExecResource: setting(
    'BAK_DB_POSTGRES_EXEC_RESOURCE',
    execResource,
    'deployment/app-base',
    'The deployment, statefulset or pod that the database runs in',
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
  postgresDatabase: setting(
    'BAK_DB_POSTGRES_DB',
    credential,
    '${POSTGRES_DB}',
    'The database to dump; ${NAME} is the variable NAME of that container',
  ),
};

/** `undefined` when no PostgreSQL dump is wanted. */
export function buildPostgres(values: Values<typeof postgresTable>) {
  if (!values.postgres) return undefined;
  return {
    execResource: values.postgresExecResource,
    container: values.postgresExecContainer,
    dumpFile: values.postgresDumpFile,
    host: values.postgresHost,
    port: values.postgresPort,
    user: values.postgresUser,
    password: values.postgresPassword,
    database: values.postgresDatabase,
  };
}

export type PostgresSettings = NonNullable<ReturnType<typeof buildPostgres>>;
