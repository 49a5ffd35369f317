import { createSettings } from '../../../src/backup/settings/create.ts';
import { knownNames } from '../../../src/cli/known-settings.ts';
import { readSettings, recordable } from '../../../src/settings/read.ts';

export const pvc = 'shop-data';
export const className = 'csi-hostdisk-snapshots-retained';
export const timeZone = 'Europe/Vienna';

/** What a CronJob of a long-named application sets. */
export const environment = {
  BAK_PVC_NAME: pvc,
  BAK_VS_CLASS_NAME: className,
  BAK_LABEL_VS_TYPE: 'cronjob',
  BAK_DB_POSTGRES: 'true',
  BAK_DB_POSTGRES_EXEC_RESOURCE: 'statefulset/shop-database-postgresql-high-availability-primary',
  BAK_DB_POSTGRES_EXEC_CONTAINER: 'postgresql-repmgr',
  BAK_DB_POSTGRES_DUMP_FILE: '/bitnami/postgresql/data/backup-ns/shop-production/shop_production_dump.sql.gz',
  BAK_DB_POSTGRES_HOST: 'shop-database-postgresql-high-availability-pgpool.shop.svc.cluster.local',
  BAK_DB_POSTGRES_USER: '${SHOP_PRODUCTION_POSTGRESQL_BACKUP_USER}',
  BAK_DB_POSTGRES_DB: '${SHOP_PRODUCTION_POSTGRESQL_DATABASE_NAME}',
  BAK_FLOCK: 'true',
  BAK_FLOCK_DIR: '/mnt/host-backup-locks/database-backups-of-all-namespaces-on-this-node',
  TZ: timeZone,
};

const { rows } = readSettings(createSettings, { environment, flags: {}, machine: { cpus: 4 }, knownNames });
const recorded = recordable(rows);

/** The annotation `env-config` of one backup. */
export function envConfig(namespace: string, pod: string, retain: string): string {
  const own = { BAK_NAMESPACE: namespace, BAK_LABEL_VS_POD: pod, BAK_LABEL_VS_RETAIN: retain };
  return JSON.stringify({ ...recorded, ...own });
}
