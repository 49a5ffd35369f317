import { createKube } from '../../../src/kube/client.ts';
import { loadClusterAccess } from '../../../src/kube/config.ts';
import { systemClock, systemRandom } from '../../../src/core/system.ts';
import type { Benchmark, BenchTools } from '../benchmark.ts';
import { withCluster, withNamespace, type BenchCluster } from '../cluster.ts';
import type { Figure } from '../figure.ts';
import { startApp } from './app.ts';
import { runFloor } from './floor.ts';
import { compareLarge } from './large.ts';
import { openOurs } from './ours.ts';
import { runPeer } from './peer.ts';
import { figureOf, tables, type Round } from './rounds.ts';

const namespace = 'bench-create';

const seed = 'create table entry as select n as id, md5(n::text) as text from generate_series(1, 200000) n';

export const create: Benchmark = {
  name: 'create',
  summary: 'what create needs besides pg_dump and the snapshot itself, and a dump of 1 GB; shell scripts',
  run: (tools) =>
    withCluster(tools, async (cluster) => [
      ...(await withNamespace(cluster, namespace, () => compare(cluster, tools))),
      ...(await withNamespace(cluster, namespace, () => compareLarge(cluster, namespace, tools))),
    ]),
};

async function compare(cluster: BenchCluster, tools: BenchTools): Promise<Figure[]> {
  await startApp(cluster, namespace, { size: '500Mi', seed }, tools);
  const ours = await openOurs(cluster.kubeconfig, namespace, tools);
  const access = loadClusterAccess({ kubeconfig: cluster.kubeconfig });
  const kube = createKube({ access, clock: systemClock, random: systemRandom });
  const done: Round[] = [];
  const rounds = tools.isTiny ? 1 : 7;
  try {
    for (let round = 0; round <= rounds; round++) {
      tools.report(round === 0 ? 'warming up' : `round ${round} of ${rounds}`);
      const measured = {
        ours: await ours(),
        peer: await runPeer(cluster, namespace, round, tools),
        floor: await runFloor(cluster, kube, namespace, round, tools.signal),
      };
      if (round > 0) done.push(measured);
    }
  } finally {
    await kube.close();
  }
  tools.print(`${tables(done)}\n`);
  return [figureOf(done)];
}
