import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dateOf, days, Diary } from '../demo/diary.ts';
import { installCronJob, runBackupJob } from '../demo/backup-jobs.ts';
import type { Scene } from '../demo/scene.ts';
import { snapshotOfLastMonth } from '../demo/snapshots.ts';
import type { Account } from '../sandbox/accounts.ts';
import { snapshots } from '../sandbox/objects/kinds.ts';
import { shiftedTime } from '../sandbox/shifted-time.ts';
import { password } from '../servers/postgres-server.ts';
import { setTimeout as delay } from 'node:timers/promises';
import type { Picture } from './svg.ts';
import { RecordedTerminal } from './terminal.ts';

export type NamedPicture = Picture & { readonly name: string };

/** Of the widest picture. */
const columns = 132;

/** The story of the demo, in pictures: each is of commands that were run just so, and gives them in the order of the days. */
export async function* record({ sandbox, shop, now }: Scene, bundle: string): AsyncGenerator<NamedPicture> {
  const { namespace, serviceAccount, settings, volume } = shop.app;
  const folder = mkdtempSync(join(sandbox.folder, 'pictures-'));
  const terminal = new RecordedTerminal({ folder, bundle, shownAs: { [volume]: '/data' } });
  const diary = new Diary(shop, sandbox.clock, now);
  installCronJob(sandbox, shop.app);

  const as = (name: string, account: Account): Record<string, string> => {
    const kubeconfig = join(folder, `${name}.kubeconfig`);
    writeFileSync(kubeconfig, sandbox.kubeconfig(account), { mode: 0o600 });
    return { KUBECONFIG: kubeconfig, ...shiftedTime(sandbox.clock) };
  };
  const admin = (): Record<string, string> => as('admin', { namespace });
  const picture = (name: string, title: string): NamedPicture => ({
    name,
    title,
    columns,
    written: terminal.take(),
  });
  const passNight = async (day: number): Promise<void> => {
    const { date } = diary.pass(day);
    await runBackupJob(sandbox, namespace, date);
  };

  diary.pass(0);
  terminal.say(exportOf(settings));
  const backup = { ...as('backup', { namespace, serviceAccount }), ...settings };
  await terminal.run('backup-ns create', backup, folder);
  yield picture('create', 'backup-ns create: dumps the database, snapshots its volume, and says each step');

  for (let day = 1; day < days; day++) await passNight(day);
  const quick = { MARK_AND_DELETE_PAUSE: '0' };
  await terminal.runShortened('backup-ns retain --dry-run', admin(), folder, { first: 8, last: 2 });
  await terminal.runHidden('backup-ns retain', admin(), folder);
  terminal.pause();
  await terminal.runShortened('backup-ns mark-and-delete --dry-run', admin(), folder, { first: 4 });
  await terminal.runHidden('backup-ns mark-and-delete', { ...admin(), ...quick }, folder);
  yield picture('retention', 'backup-ns retain and mark-and-delete: which labels and snapshots go, and why');

  await passNight(days);
  sandbox.clock.set(now);
  await terminal.runHidden('backup-ns mark-and-delete', { ...admin(), ...quick }, folder);
  while (sandbox.objects.all(snapshots, namespace).some(({ metadata }) => metadata.deletionTimestamp))
    await delay(5);
  await terminal.run('backup-ns list', admin(), folder);
  yield picture('list', 'backup-ns list: the snapshots, the tiers that they stand for, and when they go');

  const { name = '', creationTimestamp = '' } = snapshotOfLastMonth(sandbox, namespace).metadata;
  const then = diary.ordersOn(dateOf(new Date(creationTimestamp)));
  const database = {
    ...admin(),
    PGHOST: '127.0.0.1',
    PGPORT: settings['BAK_DB_POSTGRES_PORT'] ?? '',
    PGUSER: 'postgres',
    PGPASSWORD: password,
  };
  const sum = `select count(*) as orders, sum(amount) as eur from orders`;
  await terminal.run(`psql shop -c 'drop table orders'`, database, folder);
  await terminal.run(`backup-ns restore ${name} --pvc restored --wait | head -n 2`, database, folder);
  const restored = sandbox.volume(namespace, 'restored');
  await terminal.run(
    'createdb restored && gzip -dc dump.sql.gz | psql -qo /dev/null restored',
    database,
    restored,
  );
  await terminal.run(`psql restored -c '${sum}'`, database, restored);
  const shown = terminal.take();
  const [count = '', eur = ''] = then.match(/\d+/g) ?? [];
  if (!new RegExp(`\\b${count} +\\| +${eur}\\b`).test(shown))
    throw new Error(`The restored orders are not those of the day, which were ${then}: ${shown}`);
  yield {
    name: 'restore',
    title: 'backup-ns restore: the orders of a day weeks ago, back',
    columns,
    written: shown,
  };

  const plan = `backup-ns simulate --from 2026-11-21 --failures 5% --change '2027-09-01 daily=14,monthly=24'`;
  await terminal.runShortened(plan, {}, folder, { first: 17 });
  yield picture('simulate', 'backup-ns simulate: what a policy keeps over two years, and its greatest gaps');
}

/** As a person would type it: the port is a free one of this machine, where a container would have the usual one. */
function exportOf(settings: Readonly<Record<string, string>>): string {
  const shown = Object.entries(settings).filter(([variable]) => variable !== 'BAK_DB_POSTGRES_PORT');
  const words = shown.map(([variable, value]) => `${variable}=${value}`);
  const lines = [words.slice(0, 3), words.slice(3, 5), words.slice(5)].filter((line) => line.length > 0);
  return `export ${lines.map((line) => line.join(' ')).join(' \\\n  ')}`;
}
