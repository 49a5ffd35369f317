import { postgresByHand } from '../databases/postgres/hand-tools.ts';
import { postgresPlace } from '../databases/place-settings.ts';
import type { PostgresSettings } from '../databases/postgres/settings.ts';
import type { DatabaseEngine } from './database-engine.ts';
import { databaseGroup } from './database-group.ts';

const engine: DatabaseEngine<PostgresSettings> = {
  name: 'postgres',
  title: 'PostgreSQL',
  place: postgresPlace,
  tools: postgresByHand,
  restoring: `All is one transaction: after an error PostgreSQL is as it was before.`,
};

export const postgres = databaseGroup(engine);
