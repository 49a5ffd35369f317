import type { Benchmark, BenchTools } from '../benchmark.ts';
import { withCluster, withNamespace, type BenchCluster } from '../cluster.ts';
import type { Figure } from '../figure.ts';
import { openClients } from './clients.ts';
import { startDataPod } from './pod.ts';
import { compareSinks } from './slow.ts';
import { compareSpeed } from './speed.ts';

const namespace = 'bench-exec';

export const exec: Benchmark = {
  name: 'exec',
  summary: '1 GB out of a pod: our exec, kubectl exec, and a bare TLS socket; and into a slow sink',
  run: (tools) =>
    withCluster(tools, (cluster) => withNamespace(cluster, namespace, () => compare(cluster, tools))),
};

async function compare(cluster: BenchCluster, tools: BenchTools): Promise<Figure[]> {
  const bytes = tools.isTiny ? 10_000_000 : 1_000_000_000;
  const clients = await openClients(cluster.kubectlProgram, tools.folder);
  const data = await startDataPod(cluster, namespace, bytes, tools);
  return [await compareSpeed(clients, data, bytes, tools), await compareSinks(clients, data, tools)];
}
