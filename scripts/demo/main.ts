import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calendarDay } from '../../src/retention/simulation/formats.ts';
import { wordsGiven } from '../options.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { postgresPrograms } from '../servers/postgres-programs.ts';
import { run } from '../run.ts';
import { days, nightOf } from './diary.ts';
import { openFilesShop } from './files-shop.ts';
import { chapter, good, say } from './narrator.ts';
import { openPostgresShop } from './postgres-shop.ts';
import { asProcesses } from './processes.ts';
import type { Shop } from './shop.ts';
import { tellTheStory } from './story.ts';

/** `npm run demo`: sixty days of backups and a restore, in a cluster that lives in this process. */
const { values } = wordsGiven(
  `Usage: npm run demo -- [options]

Sixty days of backups and a restore, in a cluster that lives in this process.

  --keep           leave the sandbox up afterwards, for your own kubectl
  --files          do without PostgreSQL
  --today DATE     end the story on another day, such as 2026-11-22`,
  {
    options: {
      keep: { type: 'boolean', default: false },
      files: { type: 'boolean', default: false },
      today: { type: 'string' },
    },
  },
);
const checkout = join(import.meta.dirname, '..', '..');
const bundle = join(checkout, 'dist', 'backup-ns.mjs');
const namespace = 'shop';
const now = values.today === undefined ? new Date() : noonOf(values.today);

await run('npm', ['run', '--silent', 'build'], { cwd: checkout });
const started = performance.now();
const stopped = new Promise<'stopped'>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('stopped'));
});
// What still runs when the story is broken off has nothing left to run on.
process.exit(await demo());

/** In UTC. */
function noonOf(today: string): Date {
  const day = calendarDay.parse(today);
  if ('value' in day) return new Date(`${day.value}T12:00:00Z`);
  process.stderr.write(`--today is '${today}'; it must be ${day.expected}\n`);
  process.exit(2);
}

/** Gives the exit code. */
async function demo(): Promise<number> {
  await using sandbox = await openSandbox({
    start: nightOf(0, now),
    images: { 'backup-ns': [process.execPath, bundle] },
  });
  await using shop = await openShop(sandbox);
  const end = await Promise.race([story(sandbox, shop), stopped]);
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

async function story(sandbox: Sandbox, shop: Shop): Promise<void> {
  await tellTheStory({ sandbox, shop, now }, asProcesses(sandbox, shop.app, bundle));
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
