import type { MysqlSettings } from '../../../src/databases/mysql/settings.ts';

export function mysqlSettings(overrides: Partial<MysqlSettings> = {}): MysqlSettings {
  return {
    execResource: { kind: 'deployment', name: 'db' },
    container: 'mysql',
    dumpFile: '/data/dump.sql.gz',
    host: '127.0.0.1',
    port: 3306,
    user: { from: 'literal', value: 'root' },
    password: { from: 'container', variable: 'MYSQL_ROOT_PASSWORD' },
    databases: { from: 'container', variable: 'MYSQL_DATABASE' },
    maximumLagSeconds: 3600,
    lockTimeoutSeconds: 300,
    characterSet: 'utf8mb4',
    compression: { level: 1, threads: 4 },
    ...overrides,
  };
}
