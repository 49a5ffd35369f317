import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark, BenchTools } from '../benchmark.ts';
import { withCluster, type BenchCluster } from '../cluster.ts';
import { timesTheFloor, type Figure } from '../figure.ts';
import { highWaterMark } from '../peak-memory.ts';
import { table } from '../table.ts';
import { startChild } from './child.ts';
import { pageSize, PageReader } from './pages.ts';
import { peerMemory, withPeer } from './peer.ts';
import { measureRounds, pageFigures, pageTable, type Side } from './rounds.ts';

const namespaces = 250;
/** How many VolumeSnapshots ours and the peer have. */
const sizes = { full: { count: 100_000, peerCount: 2000 }, tiny: { count: 2000, peerCount: 1100 } };

interface Server {
  readonly url: string;
  readonly ca: string;
  readonly token: string;
}

interface LoadedServer extends Server {
  readonly seconds: number;
}

export const sandbox: Benchmark = {
  name: 'sandbox',
  summary:
    "the tests' sandbox with 100,000 VolumeSnapshots: its memory and pages; a real API server with 2,000",
  run: (tools) => withCluster(tools, (cluster) => compare(cluster, tools)),
};

async function compare(cluster: BenchCluster, tools: BenchTools): Promise<Figure[]> {
  const { report, print, folder, signal } = tools;
  const size = tools.isTiny ? sizes.tiny : sizes.full;
  const { count, peerCount } = size;
  report(`loading ${count} VolumeSnapshots into a sandbox`);
  const args = [String(count), String(namespaces)];
  await using ours = await startChild<LoadedServer>('server-process.ts', args, signal);
  const loadedMegabytes = highWaterMark(ours.pid) / 1e6;
  await using ourReader = readerOf(ours.said);
  const page = join(folder, 'page.json');
  for (const { body } of await ourReader.pages(1)) await writeFile(page, body);
  await using floor = await startChild<Server>('floor-process.ts', [page], signal);
  await using floorReader = readerOf(floor.said);

  return await withPeer(cluster, peerCount, tools, async (peer) => {
    const measured = await measureRounds({ ours: ourReader, peer, floor: floorReader }, tools);
    const megabytes = {
      ours: highWaterMark(ours.pid) / 1e6,
      peer: await peerMemory(cluster),
      // What is stored is the JSON of the pages.
      floor: (measured.ours.bytes / pageSize) * (count / 1e6),
    };
    print(`${memoryTable(size, megabytes, loadedMegabytes, ours.said.seconds)}\n`);
    print(`${pageTable(measured, titlesOf(size))}\n`);
    return [
      timesTheFloor({ bench: 'sandbox-memory', ...megabytes, unit: 'MB', limit: 6 }),
      ...pageFigures(measured),
    ];
  });
}

type Size = typeof sizes.full;

function memoryTable(
  { count, peerCount }: Size,
  peak: Readonly<Record<Side, number>>,
  loaded: number,
  seconds: number,
): string {
  const rows = [
    [`ours: ${count}, loaded in ${seconds.toFixed(1)} s`, loaded, peak.ours],
    [`kube-apiserver: ${peerCount}, at the end, without etcd`, '', peak.peer],
    ['floor: the JSON of ours', '', peak.floor],
  ];
  return table(['VolumeSnapshots in memory', 'loaded MB', 'peak MB'], rows);
}

const titlesOf = ({ count, peerCount }: Size) => ({
  ours: `ours, of ${count}`,
  peer: `kube-apiserver, of ${peerCount}`,
  floor: 'floor: a bare server, the same bytes',
});

function readerOf({ url, ca, token }: Server): PageReader {
  return new PageReader(new URL(url), { headers: { Authorization: `Bearer ${token}` }, tls: { ca } });
}
