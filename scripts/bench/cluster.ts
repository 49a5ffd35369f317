import { openProvider } from '../cluster/open-provider.ts';
import type { Provider } from '../cluster/provider.ts';
import { run } from '../run.ts';
import type { BenchTools } from './benchmark.ts';

export interface BenchCluster {
  readonly provider: Provider;
  readonly kubeconfig: string;
  readonly kubectlProgram: string;
  /** Runs kubectl to its end, for cleaning up as well, and gives its stdout. */
  kubectl(args: readonly string[], input?: string): Promise<string>;
}

/** Works in a cluster of the benchmarks' own; it is taken down again unless it was up before, or is to be kept. */
export async function withCluster<T>(
  tools: BenchTools,
  work: (cluster: BenchCluster) => Promise<T>,
): Promise<T> {
  const provider = await openProvider('auto', 'bench', tools.report);
  const wasUp = (await provider.status()).running;
  try {
    const kubeconfig = await provider.up();
    const { kubectl: kubectlProgram } = await provider.programs();
    const kubectl: BenchCluster['kubectl'] = (args, input = '') =>
      run(kubectlProgram, ['--kubeconfig', kubeconfig, ...args], { input });
    return await work({ provider, kubeconfig, kubectlProgram, kubectl });
  } finally {
    if (!wasUp && !tools.keep) await provider.down();
  }
}

/** Works in a fresh namespace, and deletes it. */
export async function withNamespace<T>(
  cluster: BenchCluster,
  namespace: string,
  work: () => Promise<T>,
): Promise<T> {
  const remove = () => cluster.kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--wait']);
  await remove();
  await cluster.kubectl(['create', 'namespace', namespace]);
  try {
    return await work();
  } finally {
    await remove();
  }
}
