import { cacheFolder } from '../../cache-folder.ts';
import { buildImage } from '../../images/build-image.ts';
import { sampleAppManifests, volumeOf } from '../../sample-app.ts';
import type { BenchTools } from '../benchmark.ts';
import type { BenchCluster } from '../cluster.ts';

const psqlScript =
  'PGPASSWORD=$POSTGRES_PASSWORD psql -qAt -v ON_ERROR_STOP=1 -h 127.0.0.1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "$1"';

const app = { name: 'app-base', password: 'bench' };
export const appVolume = volumeOf(app);

/** A PostgreSQL of that size, with what the SQL puts into it. Gives the bytes of its database. */
export async function startApp(
  cluster: BenchCluster,
  namespace: string,
  { size, seed }: { readonly size: string; readonly seed: string },
  { report, signal }: BenchTools,
): Promise<number> {
  const image = await buildImage('postgres:15', { cacheFolder: cacheFolder(), log: report, signal });
  await cluster.provider.load(image.tar);
  report('starting a PostgreSQL');
  const items = sampleAppManifests({ ...app, size, namespace, image: image.ref });
  await cluster.kubectl(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const inNamespace = ['-n', namespace];
  await cluster.kubectl([...inNamespace, 'rollout', 'status', '--timeout=120s', 'deployment/app-base']);
  report('filling it');
  await inApp(cluster, namespace, psqlScript, seed);
  await inApp(cluster, namespace, psqlScript, 'checkpoint');
  return Number(await inApp(cluster, namespace, psqlScript, 'select pg_database_size(current_database())'));
}

/** Runs a shell script in the container of the database. */
export function inApp(
  cluster: BenchCluster,
  namespace: string,
  script: string,
  argument: string,
): Promise<string> {
  const exec = ['-n', namespace, 'exec', 'deployment/app-base', '-c', 'postgres', '--'];
  return cluster.kubectl([...exec, 'sh', '-ceu', script, 'sh', argument]);
}
