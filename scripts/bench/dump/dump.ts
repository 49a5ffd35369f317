import { availableParallelism } from 'node:os';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark, BenchTools } from '../benchmark.ts';
import type { Figure } from '../figure.ts';
import { openLocalShop, type LocalShop, type Took } from '../local-shop.ts';
import { figuresOf, tableOf, type Round, type Way } from './rounds.ts';

export const dump: Benchmark = {
  name: 'dump',
  summary:
    'a dump of 1 GB in every format, proven and flushed; pg_dump | gzip by hand, and pg_dump to nowhere',
  async run(tools) {
    await using shop = await openLocalShop(tools);
    return await compare(shop, tools);
  },
};

const ways: readonly Way[] = [
  { title: 'backup-ns, dump.sql.gz', ours: 'dump.sql.gz' },
  { title: 'backup-ns, dump.sql.zst', ours: 'dump.sql.zst' },
  { title: 'backup-ns, dump.sql.lz4', ours: 'dump.sql.lz4' },
  { title: 'backup-ns, dump.sql', ours: 'dump.sql' },
  { title: 'backup-ns, directory by 2 jobs', ours: 'dump' },
  { title: 'pg_dump | gzip', byHand: 'pg_dump --clean --if-exists | gzip >"$1"' },
  { title: 'pg_dump to nowhere', byHand: 'pg_dump --clean --if-exists >/dev/null; : >"$1"' },
];

async function compare(shop: LocalShop, { report, print, isTiny }: BenchTools): Promise<Figure[]> {
  const rounds = isTiny ? 1 : 3;
  const done: Round[] = [];
  for (let number = 0; number <= rounds; number++) {
    report(number === 0 ? 'warming up' : `round ${number} of ${rounds}`);
    const round: Round = new Map();
    for (const way of ways) round.set(way.title, await measured(shop, way));
    if (number > 0) done.push(round);
  }
  print(`${tableOf(ways, done, shop.bytes)}\n`);
  return figuresOf(done, availableParallelism());
}

/** Also how long it takes to write as many bytes, which nobody can do without. */
async function measured(shop: LocalShop, way: Way): Promise<Took & { bytes: number; writing: number }> {
  const file = join(shop.volume, way.ours ?? 'by-hand');
  const took = way.ours === undefined ? await shop.byHand(way.byHand, file) : await ours(shop, file);
  const bytes = sizeOf(file);
  const copy = join(shop.volume, 'copy');
  const { seconds } = await shop.byHand(`head -c ${bytes} /dev/zero >"$1"; sync "$1"`, copy);
  for (const path of [file, `${file}.sha256`, copy]) rmSync(path, { recursive: true, force: true });
  return { ...took, bytes, writing: seconds };
}

function ours(shop: LocalShop, file: string): Promise<Took> {
  const settings = {
    BAK_DB_POSTGRES_DUMP_FILE: file,
    BAK_DB_POSTGRES_FORMAT: file.includes('.') ? 'plain' : 'directory',
    // Nobody else dumps roles.
    BAK_DB_POSTGRES_GLOBALS: 'false',
  };
  return shop.ours(['dump'], settings);
}

function sizeOf(path: string): number {
  const entry = statSync(path);
  if (!entry.isDirectory()) return entry.size;
  return readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
}
