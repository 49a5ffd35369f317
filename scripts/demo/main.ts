import { once } from 'node:events';
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
import { loseAndRestore } from './restore.ts';
import type { Shop } from './shop.ts';
import { days, nightOf, passSixtyDays } from './sixty-days.ts';
import { listSnapshots } from './snapshots.ts';

/** `npm run demo [-- --keep]`: sixty days of backups and a restore, in a cluster that lives in this process. */
const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
const checkout = join(import.meta.dirname, '..', '..');
const bundle = join(checkout, 'dist', 'backup-ns.mjs');
const namespace = 'shop';
const now = new Date();

await run('npm', ['run', '--silent', 'build'], { cwd: checkout });
const started = performance.now();
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

await using sandbox = await openSandbox({
  start: nightOf(0, now),
  images: { 'backup-ns': [process.execPath, bundle] },
});
await using shop = await openShop(sandbox);
const stopped = once(stop.signal, 'abort').then(() => 'stopped' as const);
if ((await Promise.race([tellTheStory(), stopped])) !== 'stopped' && values.keep) await stay();

async function openShop(cluster: Sandbox): Promise<Shop> {
  if (postgresPrograms) return openPostgresShop(cluster, namespace, postgresPrograms);
  say(
    'There is no PostgreSQL on this machine (apt-get install postgresql, or brew install postgresql); going on with plain files.',
  );
  return openFilesShop(cluster, namespace);
}

async function tellTheStory(): Promise<void> {
  chapter('A cluster, and a shop in it', `an API server in this process, and ${shop.described}`);
  shop.passDay(0);
  say(shop.orders());

  chapter(
    'A backup, by hand',
    `as service account ${shop.app.serviceAccount.name}, which may do what a backup does and no more`,
  );
  await backUpByHand(sandbox, shop.app, bundle);

  chapter(
    'Sixty days pass',
    `${days} nights, in each of which the CronJob's Job runs as a process of this machine`,
  );
  installCronJob(sandbox, shop.app);
  const stood = await passSixtyDays(sandbox, shop, now);

  chapter(
    'What is there now',
    'each day has its snapshot; the first of a week and of a month stands for that, too',
  );
  listSnapshots(sandbox, namespace);

  await loseAndRestore(sandbox, shop, stood);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  good(
    `\nSixty-one backups and a restore, in ${seconds} s.${values.keep ? '' : ' Nothing of it is left behind.'}`,
  );
}

/** Until Ctrl-C. */
async function stay(): Promise<void> {
  const kubeconfig = join(sandbox.folder, 'kubeconfig');
  writeFileSync(kubeconfig, sandbox.kubeconfig({ namespace }), { mode: 0o600 });
  chapter('The cluster stays until you press Ctrl-C');
  say(`  export KUBECONFIG=${kubeconfig}`);
  say('  kubectl get volumesnapshots,pvc,deployments,cronjobs');
  say('  kubectl exec deployment/app -- ls -l data/');
  say('  kubectl create job now --from=cronjob/backup --dry-run=client -o json | kubectl create -f -');
  await stopped;
}
