import { cacheFolder } from '../../cache-folder.ts';
import { buildImage } from '../../images/build-image.ts';
import { sampleAppManifests, volumeOf } from '../../sample-app.ts';
import type { BenchTools } from '../benchmark.ts';
import type { BenchCluster } from '../cluster.ts';

const rows = 200_000;
const seed = `create table entry as select n as id, md5(n::text) as text from generate_series(1, ${rows}) n; checkpoint`;
const seedScript =
  'PGPASSWORD=$POSTGRES_PASSWORD psql -h 127.0.0.1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "$1"';

const app = { name: 'app-base', password: 'bench', size: '500Mi' };
export const appVolume = volumeOf(app);

/** A small PostgreSQL. */
export async function startApp(
  cluster: BenchCluster,
  namespace: string,
  { report, signal }: BenchTools,
): Promise<void> {
  const image = await buildImage('postgres:15', { cacheFolder: cacheFolder(), log: report, signal });
  await cluster.provider.load(image.tar);
  report('starting a PostgreSQL');
  const items = sampleAppManifests({ ...app, namespace, image: image.ref });
  await cluster.kubectl(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const inNamespace = ['-n', namespace];
  await cluster.kubectl([...inNamespace, 'rollout', 'status', '--timeout=120s', 'deployment/app-base']);
  const psql = ['sh', '-c', seedScript, 'sh', seed];
  await cluster.kubectl([...inNamespace, 'exec', 'deployment/app-base', '--', ...psql]);
}
