import { cacheFolder } from '../../cache-folder.ts';
import { buildImage } from '../../images/build-image.ts';
import type { BenchTools } from '../benchmark.ts';
import type { BenchCluster } from '../cluster.ts';

const rows = 200_000;
const seed = `create table entry as select n as id, md5(n::text) as text from generate_series(1, ${rows}) n; checkpoint`;

/** A small PostgreSQL where `create` looks for one by default. */
export async function startApp(
  cluster: BenchCluster,
  namespace: string,
  { report, signal }: BenchTools,
): Promise<void> {
  const image = await buildImage('postgres:15', { cacheFolder: cacheFolder(), log: report, signal });
  await cluster.provider.load(image.tar);
  report('starting a PostgreSQL');
  const list = {
    apiVersion: 'v1',
    kind: 'List',
    items: [claim(namespace), deployment(namespace, image.ref)],
  };
  await cluster.kubectl(['create', '-f', '-'], JSON.stringify(list));
  const inNamespace = ['-n', namespace];
  await cluster.kubectl([...inNamespace, 'rollout', 'status', '--timeout=120s', 'deployment/app-base']);
  const psql = [
    'sh',
    '-c',
    'PGPASSWORD=$POSTGRES_PASSWORD psql -h 127.0.0.1 -U postgres -c "$1"',
    'sh',
    seed,
  ];
  await cluster.kubectl([...inNamespace, 'exec', 'deployment/app-base', '--', ...psql]);
}

function claim(namespace: string) {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { namespace, name: 'data' },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'hostdisk',
      resources: { requests: { storage: '500Mi' } },
    },
  };
}

function deployment(namespace: string, image: string) {
  const postgres = {
    name: 'postgres',
    image,
    imagePullPolicy: 'Never',
    env: [
      { name: 'POSTGRES_USER', value: 'postgres' },
      { name: 'POSTGRES_PASSWORD', value: 'bench' },
      { name: 'POSTGRES_DB', value: 'postgres' },
    ],
    readinessProbe: { exec: { command: ['pg_isready', '-h', '127.0.0.1'] }, periodSeconds: 1 },
    volumeMounts: [{ name: 'data', mountPath: '/var/lib/postgresql/data' }],
  };
  const labels = { app: 'app-base' };
  const spec = {
    terminationGracePeriodSeconds: 1,
    securityContext: { fsGroup: 999 },
    containers: [postgres],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name: 'app-base' },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
}
