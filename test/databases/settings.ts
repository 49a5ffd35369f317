import type { PostgresSettings } from '../../src/databases/postgres/settings.ts';

export function postgresSettings(overrides: Partial<PostgresSettings> = {}): PostgresSettings {
  return {
    execResource: { kind: 'deployment', name: 'db' },
    container: 'postgres',
    dumpFile: '/data/dump.sql.gz',
    host: '127.0.0.1',
    port: 5432,
    user: { from: 'container', variable: 'POSTGRES_USER' },
    password: { from: 'container', variable: 'POSTGRES_PASSWORD' },
    databases: { from: 'container', variable: 'POSTGRES_DB' },
    format: 'plain',
    jobs: 2,
    maximumLagSeconds: 3600,
    lockTimeoutSeconds: 300,
    globals: true,
    compression: { level: 1, threads: 4 },
    ...overrides,
  };
}
