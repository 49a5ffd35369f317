import { cacheFolder } from '../../cache-folder.ts';
import { buildImage } from '../../images/build-image.ts';
import type { BenchTools } from '../benchmark.ts';
import type { BenchCluster } from '../cluster.ts';
import type { Target } from './target.ts';

const file = '/data/random';

export interface DataPod {
  /** Says the first `bytes` of the file; all of it with `cat`. */
  readonly read: (bytes?: number) => Target;
  readonly sha256: string;
}

/** A pod with a file that does not compress, in an emptyDir; written just now, so it is in the page cache. */
export async function startDataPod(
  cluster: BenchCluster,
  namespace: string,
  bytes: number,
  { report, signal }: BenchTools,
): Promise<DataPod> {
  const image = await buildImage('postgres:15', { cacheFolder: cacheFolder(), log: report, signal });
  await cluster.provider.load(image.tar);
  await cluster.kubectl(['create', '-f', '-'], JSON.stringify(manifest(namespace, image.ref)));
  await cluster.kubectl(['-n', namespace, 'wait', '--for=condition=Ready', '--timeout=120s', 'pod/data']);
  report(`writing ${bytes / 1e6} MB of random bytes in a pod`);
  const script = `head -c ${bytes} /dev/urandom >${file} && sha256sum <${file}`;
  const sum = await cluster.kubectl(['-n', namespace, 'exec', 'data', '--', 'sh', '-c', script]);
  const read = (count?: number): Target => ({
    kubeconfig: cluster.kubeconfig,
    namespace,
    pod: 'data',
    container: 'data',
    command: count === undefined ? ['cat', file] : ['head', '-c', String(count), file],
  });
  return { read, sha256: sum.slice(0, 64) };
}

function manifest(namespace: string, image: string) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name: 'data' },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'data',
          image,
          imagePullPolicy: 'Never',
          command: ['sleep', 'infinity'],
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
        },
      ],
      securityContext: { fsGroup: 999 },
      volumes: [{ name: 'data', emptyDir: {} }],
    },
  };
}
