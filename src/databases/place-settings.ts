import { labelName } from '../settings/kubernetes-formats.ts';
import { mysqlServer, mysqlTable, type MysqlSettings } from './mysql/settings.ts';
import { checkPostgres, postgresServer, postgresTable, type PostgresSettings } from './postgres/settings.ts';
import { defineSettings, type SettingsSchema, type SettingsTable } from '../settings/schema.ts';
import { optionalSetting } from '../settings/setting.ts';

/**
 * Where a database is and how to log in, for the commands that a person calls: by the same variables as `create` has, so
 * that they fit in a pod of its CronJob, and by the same flags.
 */
export interface DatabasePlace<Server> {
  readonly namespace: string | undefined;
  readonly server: Server;
}

const namespace = {
  ...optionalSetting(
    'BAK_NAMESPACE',
    labelName('a namespace'),
    'The namespace (default: that of the kubeconfig context, or of the pod)',
  ),
  short: 'n',
};

/** Whether it is dumped is no question here. */
const { postgres: _postgres, ...postgresPlaceTable } = postgresTable;
const { mysql: _mysql, ...mysqlPlaceTable } = mysqlTable;

export const postgresPlace: SettingsSchema<SettingsTable, DatabasePlace<PostgresSettings>> = defineSettings({
  table: { namespace, ...postgresPlaceTable },
  check: (values) => checkPostgres({ ...values, postgres: true }),
  build: (values) => ({
    namespace: values.namespace,
    server: postgresServer(values),
  }),
});

export const mysqlPlace: SettingsSchema<SettingsTable, DatabasePlace<MysqlSettings>> = defineSettings({
  table: { namespace, ...mysqlPlaceTable },
  check: () => [],
  build: (values) => ({ namespace: values.namespace, server: mysqlServer(values) }),
});
