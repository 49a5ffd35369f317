import { chapter, command, good } from './demo/narrator.ts';
import { wordsGiven } from './options.ts';
import { progressReporter } from './progress.ts';
import { run } from './run.ts';
import { claimFromSnapshot, restorePod, sampleAppManifests, volumeOf } from './sample-app.ts';
import { apply, checkout, installChart, openTestbed, type Testbed } from './testbed.ts';

/** `npm run demo:cluster`: the main job on a real cluster. A cluster, a shop with its PostgreSQL, a backup, a disaster, a restore. */
const { values } = wordsGiven(
  `Usage: npm run demo:cluster -- [--keep]

A shop with its PostgreSQL on a real cluster: a backup, a disaster, a restore. Brings the cluster up, and takes it away.

  --keep     leave the cluster up`,
  { options: { keep: { type: 'boolean', default: false } } },
);
const report = progressReporter();
const namespace = 'shop';
const app = { namespace, name: 'shop', password: `p'a"s$(id)\`\\`, size: '600Mi' };

/** Shows a kubectl command as a person types it, runs it, and shows what it says. */
async function kubectl(bed: Testbed, ...args: string[]): Promise<string> {
  command(
    `kubectl -n ${namespace} ${args.map((arg) => (/[\s;*()]/.test(arg) ? `'${arg}'` : arg)).join(' ')}`,
  );
  const output = await bed.kubectl(['--namespace', namespace, ...args]);
  process.stdout.write(output);
  return output;
}

async function sql(bed: Testbed, target: string, statements: string): Promise<string> {
  command(`psql -c "${statements}"   # in ${target}`);
  const script =
    'PGPASSWORD=$POSTGRES_PASSWORD exec psql -X -v ON_ERROR_STOP=1 -h 127.0.0.1 -U shop -d shop -c "$1"';
  const output = await bed.kubectl([
    '--namespace',
    namespace,
    'exec',
    target,
    '--',
    'sh',
    '-ceu',
    script,
    'sh',
    statements,
  ]);
  process.stdout.write(output);
  return output;
}

async function makeShop(bed: Testbed): Promise<void> {
  chapter('A shop with its PostgreSQL, on a CSI volume');
  await bed.kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--wait']);
  await apply(bed, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await apply(bed, ...sampleAppManifests({ ...app, image: bed.images.postgres.ref }));
  await bed.kubectl(['--namespace', namespace, 'rollout', 'status', 'deployment/shop', '--timeout=120s']);
  await kubectl(bed, 'get', 'deployments,pvc');
  await sql(
    bed,
    'deployment/shop',
    "create table orders as select id, 'order ' || id as note from generate_series(1, 100000) id",
  );
}

/** Gives the name of the snapshot. */
async function backUp(bed: Testbed): Promise<string> {
  chapter('A backup, by hand from the CronJob that the chart installed');
  const settings = { BAK_PVC_NAME: volumeOf(app), BAK_DB_POSTGRES_EXEC_RESOURCE: 'deployment/shop' };
  const set = Object.entries(settings).map(([name, value]) => `  --set create.settings.${name}=${value}`);
  command(['helm install backup charts/backup-ns --namespace shop', ...set].join(' \\\n'));
  await installChart(bed, { namespace, release: 'backup', settings });
  await kubectl(bed, 'create', 'job', 'backup-now', '--from=cronjob/backup');
  await bed.kubectl([
    '--namespace',
    namespace,
    'wait',
    '--for=condition=Complete',
    'job/backup-now',
    '--timeout=120s',
  ]);
  await kubectl(bed, 'logs', 'job/backup-now', '--container=create');
  await kubectl(
    bed,
    'get',
    'volumesnapshots',
    '--label-columns=backup-ns.sh/daily,backup-ns.sh/weekly,backup-ns.sh/monthly',
  );
  return bed.kubectl([
    '--namespace',
    namespace,
    'get',
    'volumesnapshots',
    '-o',
    'jsonpath={.items[0].metadata.name}',
  ]);
}

async function restore(bed: Testbed, snapshot: string): Promise<void> {
  chapter('A disaster');
  await sql(bed, 'deployment/shop', 'drop table orders');

  chapter('The dump, out of the snapshot, into a fresh PostgreSQL');
  const fresh = restorePod(namespace, 'restore', bed.images.postgres.ref, 'restored', app.password);
  await apply(bed, claimFromSnapshot(namespace, 'restored', snapshot, app.size), fresh);
  await bed.kubectl([
    '--namespace',
    namespace,
    'wait',
    '--for=condition=Ready',
    'pod/restore',
    '--timeout=120s',
  ]);
  command('gzip -dc /restored/dump.sql.gz | psql   # in pod/restore');
  const load =
    'gzip -dc /restored/dump.sql.gz | PGPASSWORD=$POSTGRES_PASSWORD psql -Xq -v ON_ERROR_STOP=1 -h 127.0.0.1 -U shop -d shop';
  await bed.kubectl(['--namespace', namespace, 'exec', 'restore', '--', 'sh', '-ceu', load]);
  const rows = await sql(bed, 'pod/restore', 'select count(*) as orders from orders');
  if (!/\b100000\b/.test(rows)) throw new Error('The restored database does not have its 100000 orders.');
  good('\nAll 100000 orders are back.');
}

report('building the bundle');
await run('npm', ['run', '--silent', 'build'], { cwd: checkout });
const bed = await openTestbed('demo', report);
try {
  await makeShop(bed);
  await restore(bed, await backUp(bed));
} finally {
  if (values.keep) process.stdout.write(`\nThe cluster stays: export KUBECONFIG=${bed.kubeconfig}\n`);
  else await bed.provider.down();
}
