import { mysqlByHand } from '../databases/mysql/hand-tools.ts';
import { mysqlPlace } from '../databases/place-settings.ts';
import type { MysqlSettings } from '../databases/mysql/settings.ts';
import type { DatabaseEngine } from './database-engine.ts';
import { databaseGroup } from './database-group.ts';

const engine: DatabaseEngine<MysqlSettings> = {
  name: 'mysql',
  title: 'MySQL',
  place: mysqlPlace,
  tools: mysqlByHand,
  restoring: `It stops at the first error. MySQL takes nothing back of what was done before that: the database may then \
be half restored, and the dump of its state before is what brings it back.`,
};

export const mysql = databaseGroup(engine);
