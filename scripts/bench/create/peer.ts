import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchTools } from '../benchmark.ts';
import type { BenchCluster } from '../cluster.ts';
import { measure } from '../measure.ts';
import { dumpFile, dumpScript } from './dump.ts';
import { snapshotManifest } from './snapshot.ts';

/** What such a job is when it is written by hand: it checks nothing, and proves nothing about the dump. */
const job = `
manifest=$1 snapshot=$2 dump=$3 file=$4
shift 4
"$@" exec deployment/app-base -c postgres -- sh -ceu "$dump" sh "$file"
"$@" create -f "$manifest"
"$@" wait --for=jsonpath='{.status.readyToUse}'=true --timeout=60s "volumesnapshot/$snapshot"
`;

/** Seconds of the whole script. */
export async function runPeer(
  cluster: BenchCluster,
  namespace: string,
  round: number,
  { folder, signal }: BenchTools,
): Promise<number> {
  const manifest = snapshotManifest(namespace, `peer-${round}`);
  const path = join(folder, 'snapshot.json');
  await writeFile(path, JSON.stringify(manifest));
  const kubectl = [cluster.kubectlProgram, '--kubeconfig', cluster.kubeconfig, '-n', namespace];
  const args = ['-ceu', job, 'sh', path, manifest.metadata.name, dumpScript, dumpFile, ...kubectl];
  return (await measure('sh', args, { signal })).seconds;
}
