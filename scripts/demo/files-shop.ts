import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { deployApp, provisionVolume } from '../sandbox/app.ts';
import { command } from './narrator.ts';
import { isCancelled, ordersOf, stand, type Shop } from './shop.ts';

const file = 'orders.csv';

/** A shop whose orders are lines of a file, for a machine without a database. */
export async function openFilesShop(sandbox: Sandbox, namespace: string): Promise<Shop> {
  const volume = await provisionVolume(sandbox, namespace);
  const app = await deployApp(sandbox, namespace);
  return {
    described: `plain files, on a volume of its own`,
    app,
    passDay(day) {
      const kept = read(volume).filter(([id = 0]) => !isCancelled(id, day));
      const all = [...kept, ...ordersOf(day).map(({ id, amount }) => [id, amount])];
      writeFileSync(join(volume, file), all.map((row) => `${row.join(',')}\n`).join(''));
    },
    orders: () => ordersIn(volume),
    lose() {
      command(`rm ${file}`);
      rmSync(join(volume, file));
    },
    restore(folder) {
      command(`cat ${file}`);
      return ordersIn(folder);
    },
    async [Symbol.asyncDispose]() {},
  };
}

function ordersIn(folder: string): string {
  const all = read(folder);
  return stand(
    all.length,
    all.reduce((sum, [, amount = 0]) => sum + amount, 0),
  );
}

function read(folder: string): number[][] {
  const path = join(folder, file);
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
  return lines.map((line) => line.split(',').map(Number));
}
