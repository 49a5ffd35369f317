import type { Benchmark, BenchTools } from '../benchmark.ts';
import { withCluster, type BenchCluster } from '../cluster.ts';
import type { Figure } from '../figure.ts';
import { table } from '../table.ts';
import { openClients, type Changes, type Clients } from './clients.ts';
import { days, namespaceCount, withFleet } from './fleet.ts';
import { compareMemory } from './memory.ts';
import { comparePlanning } from './planning.ts';
import { difference, requestCounts } from './requests.ts';
import { figureOf, measureRounds, rowOf } from './rounds.ts';

const pageSize = 500;

export const retain: Benchmark = {
  name: 'retain',
  summary:
    'retain in 250 namespaces with 40 days each, beside a raw client; its memory for 100,000 snapshots',
  run: (tools) =>
    withCluster(tools, async (cluster) => {
      const { kubectl } = await cluster.provider.programs();
      return [
        comparePlanning(tools),
        ...(await compareMemory(kubectl, tools)),
        ...(await withFleet(cluster, tools, () => compare(cluster, tools))),
      ];
    }),
};

async function compare(cluster: BenchCluster, tools: BenchTools): Promise<Figure[]> {
  const rounds = tools.isTiny ? { first: 1, steady: 1 } : { first: 3, steady: 7 };
  const clients = await openClients(cluster.kubeconfig, tools);
  const { changes, lists, patches } = await counted(cluster, clients, tools);
  tools.print(`requests of retain: ${lists} pages and ${patches} patches for ${patches} changes\n\n`);
  await clients.raw(changes);
  const first = await measureRounds(clients, changes, rounds.first, tools);
  await clients.ours();
  const daily = oneOfEach(changes);
  await clients.raw(daily);
  const steady = await measureRounds(clients, daily, rounds.steady, tools);
  const rows = [
    rowOf(`all: ${patches} changes`, first),
    rowOf(`a day: ${Object.keys(daily).length} changes`, steady),
  ];
  const head = [
    `${namespaceCount(tools)} namespaces, ${days} days`,
    'ours s',
    'raw s',
    'requests s',
    'ours/raw',
  ];
  tools.print(`${table(head, rows)}\n`);
  return [figureOf('retain', first), figureOf('retain-steady', steady)];
}

/** Runs `retain` once, and has the API server count what it asks for: the pages of three lists, and one patch a change. */
async function counted(cluster: BenchCluster, clients: Clients, tools: BenchTools) {
  tools.report('counting the requests of retain');
  const before = await requestCounts(cluster);
  const { changes } = await clients.ours();
  const after = await requestCounts(cluster);
  const count = (request: string) => difference(before, after, request);
  const [snapshots, ...others] = ['volumesnapshots', 'namespaces', 'persistentvolumeclaims'].map((resource) =>
    count(`LIST ${resource}`),
  );
  const patches = count('PATCH volumesnapshots');
  const pages = [Math.ceil((namespaceCount(tools) * days) / pageSize), 1, 1];
  const lists = [snapshots, ...others];
  const gets = count('GET volumesnapshots');
  if (patches !== Object.keys(changes).length || gets !== 0 || String(lists) !== String(pages)) {
    throw new Error(
      `retain sent ${patches} patches and ${gets} gets for ${Object.keys(changes).length} changes, and ${String(lists)} lists for ${String(pages)} pages`,
    );
  }
  return { changes, patches, lists: pages.reduce((sum, number) => sum + number) };
}

/** Of each volume the newest that loses a label: what the next night will bring. */
function oneOfEach(changes: Changes): Changes {
  const newest = new Map<string, string>();
  for (const key of Object.keys(changes).toSorted()) newest.set(key.slice(0, key.indexOf('/')), key);
  return Object.fromEntries([...newest.values()].map((key) => [key, changes[key] ?? {}]));
}
