import type { Engine } from './engine.ts';
import { mysql } from './mysql/mysql.ts';
import { postgres } from './postgres/postgres.ts';

/** All engines there are, in the order in which help and docs show them. */
export const engines: readonly Engine[] = [postgres, mysql];
