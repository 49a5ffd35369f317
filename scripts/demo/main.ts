import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openSandbox, type Sandbox } from '../../test/sandbox/sandbox.ts';
import { postgresPrograms } from '../../test/support/postgres-programs.ts';
import { run } from '../run.ts';
import { installCronJob } from './backup-jobs.ts';
import { openFilesShop } from './files-shop.ts';
import { backUpByHand } from './first-backup.ts';
import { chapter, good, say } from './narrator.ts';
import { openPostgresShop } from './postgres-shop.ts';
import { runRetention } from './retention.ts';
import { loseAndRestore } from './restore.ts';
import type { Shop } from './shop.ts';
import { days, nightOf, passNights } from './sixty-days.ts';
import { listSnapshots } from './snapshots.ts';

/** `npm run demo`: sixty days of backups and a restore, in a cluster that lives in this process. */
const { values } = parseArgs({
  options: { keep: { type: 'boolean', default: false }, files: { type: 'boolean', default: false } },
});
const checkout = join(import.meta.dirname, '..', '..');
const bundle = join(checkout, 'dist', 'backup-ns.mjs');
const namespace = 'shop';
const now = new Date();

await run('npm', ['run', '--silent', 'build'], { cwd: checkout });
const started = performance.now();
const stopped = new Promise<'stopped'>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('stopped'));
});
// What still runs when the story is broken off has nothing left to run on.
process.exit(await demo());

/** Gives the exit code. */
async function demo(): Promise<number> {
  await using sandbox = await openSandbox({
    start: nightOf(0, now),
    images: { 'backup-ns': [process.execPath, bundle] },
  });
  await using shop = await openShop(sandbox);
  const end = await Promise.race([tellTheStory(sandbox, shop), stopped]);
  if (end === 'stopped') return 130;
  if (values.keep) await stay(sandbox);
  return 0;
}

async function openShop(sandbox: Sandbox): Promise<Shop> {
  if (postgresPrograms && !values.files) return openPostgresShop(sandbox, namespace, postgresPrograms);
  if (!values.files) {
    say('There is no PostgreSQL on this machine; install it to see its dumps, too:');
    say('  apt-get install postgresql   or   brew install postgresql');
  }
  return openFilesShop(sandbox, namespace);
}

async function tellTheStory(sandbox: Sandbox, shop: Shop): Promise<void> {
  const admin = { sandbox, bundle, namespace };
  chapter('A cluster, and a shop in it', `an API server in this process, and ${shop.described}`);
  shop.passDay(0);
  say(shop.orders());

  const { name } = shop.app.serviceAccount;
  chapter('A backup, by hand', `as service account '${name}', which may do what a backup does and no more`);
  await backUpByHand(sandbox, shop.app, bundle);

  chapter('Sixty days pass', "each night the CronJob's Job runs, as a process of this machine");
  installCronJob(sandbox, shop.app);
  const stood = new Map<string, string>();
  await passNights(sandbox, shop, now, { from: 1, to: days - 1, stood });

  chapter('What is to be kept', 'seven days, four weeks, twelve months; the others lose their labels');
  await runRetention(admin, 'retain');

  chapter(
    'What is to go',
    'snapshots without a label get a date; until that day is over, a person may object',
  );
  await runRetention(admin, 'mark-and-delete');

  chapter('The next night');
  await passNights(sandbox, shop, now, { from: days, to: days, stood });
  sandbox.clock.set(now);
  await runRetention(admin, 'mark-and-delete');

  chapter('What is there now', 'the first snapshot of a week or a month stands for that, too');
  await listSnapshots(admin);

  await loseAndRestore(admin, shop, stood);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const end = values.keep ? '' : ' Nothing of it is left behind.';
  good(`\n${days + 1} backups and a restore, in ${seconds} s.${end}`);
}

/** Until Ctrl-C. */
async function stay(sandbox: Sandbox): Promise<void> {
  const kubeconfig = join(sandbox.folder, 'kubeconfig');
  writeFileSync(kubeconfig, sandbox.kubeconfig({ namespace }), { mode: 0o600 });
  chapter('The cluster stays until you press Ctrl-C');
  say(`  export KUBECONFIG=${kubeconfig}`);
  say('  kubectl get volumesnapshots,pvc,deployments,cronjobs');
  say('  kubectl exec deployment/app -- ls -l data/');
  say('  kubectl create job now --from=cronjob/backup --dry-run=client -o json | kubectl create -f -');
  await stopped;
}
