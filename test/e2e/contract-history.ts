import { readFileSync } from 'node:fs';
import { nodePid } from '../../scripts/cluster/native/node.ts';
import { clusterPaths } from '../../scripts/cluster/native/paths.ts';
import { run } from '../../scripts/run.ts';
import { processesLike } from './host-state.ts';
import { until } from './support.ts';

const etcd = 'http://127.0.0.1:2379/v3/kv';
/** Compacts up to the present revision; a read tells which that is. */
const compactScript = `
  const call = async (path, body) => {
    const answer = await fetch('${etcd}/' + path, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(path + ': ' + await answer.text());
    return answer.json();
  };
  const { header } = await call('range', { key: 'AA==' });
  await call('compaction', { revision: header.revision, physical: true });
`;

/**
 * Compacts the etcd of a native cluster and kills its API server, which comes back by itself. Either alone is not
 * enough: the API server's watch cache answers old watches and continue tokens for minutes, and without a cache
 * etcd answers them.
 */
export async function forgetHistory(cluster: string, isReady: () => Promise<boolean>): Promise<void> {
  const pid = nodePid(clusterPaths(cluster));
  if (pid === undefined) throw new Error(`the native cluster '${cluster}' does not run`);
  const inNetwork = ['--target', String(pid), '--net', '--'];
  const node = [process.execPath, '--input-type=module', '--eval', compactScript];
  await run('nsenter', [...inNetwork, ...node]);
  const server = processesLike(pid).find((id) => nameOf(id) === 'kube-apiserver');
  process.kill(Number(server), 'SIGKILL');
  await until('the API server to answer again', 60, async () => (await isReady()) || undefined);
}

function nameOf(process: string): string {
  try {
    return readFileSync(`/proc/${process}/comm`, 'utf8').trim();
  } catch {
    return ''; // It ended while we looked.
  }
}
