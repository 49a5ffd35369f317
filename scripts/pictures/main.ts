import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nightOf } from '../demo/diary.ts';
import { openPostgresShop } from '../demo/postgres-shop.ts';
import { wordsGiven } from '../options.ts';
import { run } from '../run.ts';
import { openSandbox } from '../sandbox/sandbox.ts';
import { postgresPrograms } from '../servers/postgres-programs.ts';
import { record } from './record.ts';
import { svgOf } from './svg.ts';
import { themes } from './themes.ts';

/**
 * `npm run pictures`: the pictures of docs/pictures, from commands that are run in the sandbox. Names of snapshots and
 * durations are others each time; the days are the same.
 */
const { values } = wordsGiven(
  `Usage: npm run pictures -- [--today DATE]

Writes docs/pictures from commands that it runs in the sandbox; needs PostgreSQL.

  --today DATE     the last day of the story (default: 2026-11-22)`,
  { options: { today: { type: 'string', default: '2026-11-22' } } },
);
const checkout = join(import.meta.dirname, '..', '..');
const bundle = join(checkout, 'dist', 'backup-ns.mjs');
const pictures = join(checkout, 'docs', 'pictures');
const now = new Date(`${values.today}T12:00:00Z`);

if (Number.isNaN(now.getTime())) {
  process.stderr.write(`--today is '${values.today}'; it must be a day, such as 2026-11-22\n`);
  process.exit(2);
}
if (!postgresPrograms) {
  process.stderr.write('The pictures show dumps of PostgreSQL, which is not on this machine; install it\n');
  process.exit(1);
}
await run('npm', ['run', '--silent', 'build'], { cwd: checkout });
mkdirSync(pictures, { recursive: true });
await using sandbox = await openSandbox({
  start: nightOf(0, now),
  images: { 'backup-ns': [process.execPath, bundle] },
});
await using shop = await openPostgresShop(sandbox, 'shop', postgresPrograms);
for await (const { name, ...picture } of record({ sandbox, shop, now }, bundle)) {
  for (const [theme, colours] of Object.entries(themes))
    writeFileSync(join(pictures, `${name}.${theme}.svg`), svgOf(picture, colours));
  process.stdout.write(`docs/pictures/${name}.*.svg\n`);
}
