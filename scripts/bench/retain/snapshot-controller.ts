import { readdirSync, readFileSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import type { BenchCluster } from '../cluster.ts';

/**
 * Without it snapshots of volumes that never were stay ready. It would look at ten thousand of them, find nothing, and say
 * so at each. It goes on when the handle is disposed of.
 */
export async function holdSnapshotController(cluster: BenchCluster): Promise<AsyncDisposable> {
  if (cluster.provider.kind === 'native') return holdProcess(dirname(cluster.kubeconfig));
  const scale = (replicas: number) =>
    cluster.kubectl([
      '-n',
      'kube-system',
      'scale',
      'deployment/snapshot-controller',
      `--replicas=${replicas}`,
    ]);
  await scale(0);
  return { [Symbol.asyncDispose]: async () => void (await scale(2)) };
}

/** The components of a native cluster are processes of this machine, and have its folder in their arguments. */
function holdProcess(folder: string): AsyncDisposable {
  const pid = readdirSync('/proc').find((entry) => {
    const [program = '', ...args] = argumentsOf(entry);
    return program.endsWith('/snapshot-controller') && args.some((arg) => arg.includes(`${folder}${sep}`));
  });
  if (pid === undefined) throw new Error('the snapshot controller of the cluster does not run');
  process.kill(Number(pid), 'SIGSTOP');
  return { [Symbol.asyncDispose]: async () => void process.kill(Number(pid), 'SIGCONT') };
}

function argumentsOf(pid: string): string[] {
  try {
    return /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0') : [];
  } catch {
    return [];
  }
}
