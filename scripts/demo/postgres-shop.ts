import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { password, startPostgres } from '../servers/postgres-server.ts';
import { deployApp, provisionVolume } from '../sandbox/app.ts';
import { command } from './narrator.ts';
import { ordersOf, stand, type Shop } from './shop.ts';

/** A shop whose orders are in a PostgreSQL of this machine, all of it on the volume that is backed up. */
export async function openPostgresShop(sandbox: Sandbox, namespace: string, programs: string): Promise<Shop> {
  const data = join(await provisionVolume(sandbox, namespace), 'pgdata');
  mkdirSync(data);
  const server = await startPostgres(programs, data);
  // One database less to copy each night than with another one beside it.
  server.query('alter database postgres rename to shop', 'template1');
  server.query('create table orders (id int primary key, amount int not null)', 'shop');
  const database = { programs, port: server.port, user: 'postgres', password, name: 'shop' };
  const app = await deployApp(sandbox, namespace, database);
  const [version = ''] = server.query('show server_version', 'shop').split(' ');

  const orders = (name: string): string => {
    const [count = '', sum = ''] = server
      .query('select count(*), coalesce(sum(amount), 0) from orders', name)
      .split('|');
    return stand(count, sum);
  };
  return {
    described: `PostgreSQL ${version}, on a volume of its own`,
    app,
    passDay(day) {
      const rows = ordersOf(day).map(({ id, amount }) => `(${id}, ${amount})`);
      const cancelled = `delete from orders where id / 1000 = ${day - 7} and id % 5 = 0`;
      server.query(`insert into orders values ${rows.join(', ')}; ${cancelled}`, 'shop');
    },
    orders: () => orders('shop'),
    lose() {
      command(`psql shop -c 'drop table orders'`);
      server.query('drop table orders', 'shop');
    },
    restore(folder) {
      command('createdb restored && gzip -dc dump.sql.gz | psql restored');
      server.query('create database restored', 'template1');
      server.load(gunzipSync(readFileSync(join(folder, 'dump.sql.gz'))), 'restored');
      return orders('restored');
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
