import { join } from 'node:path';
import type { Benchmark, BenchTools } from '../benchmark.ts';
import { atLeastAsGood, type Figure } from '../figure.ts';
import { openLocalShop, type LocalShop, type Took } from '../local-shop.ts';
import { medianOf } from '../median.ts';
import { table } from '../table.ts';

const limit = 0.8;

/** Ours proves the dump before, and what it has restored after; by hand nobody does. */
export const restore: Benchmark = {
  name: 'restore',
  summary: 'a dump of 1 GB back into its database, with all proofs; gzip -dc | psql by hand',
  async run(tools) {
    await using shop = await openLocalShop(tools);
    return await compare(shop, tools);
  },
};

interface Round {
  readonly ours: Took;
  /** `gzip -dc | psql` into a new database. */
  readonly peer: Took;
  /** The decompression alone. */
  readonly floor: Took;
}

const byHand = 'gzip -dc "$1" | psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --dbname=by_hand >/dev/null';

async function compare(shop: LocalShop, { report, print, isTiny }: BenchTools): Promise<Figure[]> {
  const rounds = isTiny ? 1 : 3;
  const file = join(shop.volume, 'dump.sql.gz');
  const settings = { BAK_DB_POSTGRES_DUMP_FILE: file, BAK_DB_POSTGRES_GLOBALS: 'false' };
  report('dumping it');
  await shop.ours(['dump'], settings);
  const done: Round[] = [];
  for (let number = 0; number <= rounds; number++) {
    report(number === 0 ? 'warming up' : `round ${number} of ${rounds}`);
    const ours = await shop.ours(['restore', '--yes', '--no-safety-dump'], settings);
    shop.query('checkpoint');
    shop.query('create database by_hand');
    const peer = await shop.byHand(byHand, file);
    shop.query('drop database by_hand');
    const floor = await shop.byHand('gzip -dc "$1" >/dev/null', file);
    if (number > 0) done.push({ ours, peer, floor });
  }
  print(`${tableOf(done, shop.bytes)}\n`);
  return [figureOf(done)];
}

function tableOf(done: readonly Round[], bytes: number): string {
  const row = (title: string, name: keyof Round) => {
    const seconds = medianOf(done, (round) => round[name].seconds);
    return [title, seconds, medianOf(done, (round) => round[name].cpuSeconds), bytes / 1e6 / seconds];
  };
  return table(
    [`${(bytes / 1e9).toFixed(2)} GB of database, median of ${done.length}`, 's', 'CPU s', 'MB/s'],
    [
      row('backup-ns postgres restore', 'ours'),
      row('gzip -dc | psql', 'peer'),
      row('gzip -dc to nowhere', 'floor'),
    ],
  );
}

function figureOf(done: readonly Round[]): Figure {
  const seconds = (name: keyof Round) => medianOf(done, (round) => round[name].seconds);
  const numbers = { ours: seconds('ours'), peer: seconds('peer'), floor: seconds('floor') };
  const ratio = medianOf(done, ({ ours, peer }) => peer.seconds / ours.seconds);
  return atLeastAsGood({ bench: 'restore', ...numbers, unit: 's', limit }, ratio);
}
