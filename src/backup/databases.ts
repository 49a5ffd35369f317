import type { Context } from '../context.ts';
import type { Database } from '../databases/database.ts';
import { mysql } from '../databases/mysql/mysql.ts';
import { postgres } from '../databases/postgres/postgres.ts';
import type { CreateSettings } from './settings/create.ts';
import type { ExecResource } from '../settings/kubernetes-formats.ts';

/** A database that the settings ask for, and where it is. */
export interface ConfiguredDatabase {
  readonly database: Database;
  readonly place: DatabasePlace;
}

export interface DatabasePlace {
  /** What the names of its variables begin with: `BAK_DB_POSTGRES`. */
  readonly variables: string;
  readonly execResource: ExecResource;
  readonly container: string;
  readonly dumpFile: string;
}

export function configuredDatabases(settings: CreateSettings, context: Context): ConfiguredDatabase[] {
  const { maximumUsedPercent } = settings;
  const all: ConfiguredDatabase[] = [];
  if (settings.postgres) {
    const place = { variables: 'BAK_DB_POSTGRES', ...settings.postgres };
    all.push({ database: postgres(settings.postgres, maximumUsedPercent, context), place });
  }
  if (settings.mysql) {
    const place = { variables: 'BAK_DB_MYSQL', ...settings.mysql };
    all.push({ database: mysql(settings.mysql, maximumUsedPercent, context), place });
  }
  return all;
}
