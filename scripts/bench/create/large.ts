import type { BenchTools } from '../benchmark.ts';
import type { BenchCluster } from '../cluster.ts';
import { atLeastAsGood, type Figure } from '../figure.ts';
import { entriesOf, gigabyteRows, tinyRows } from '../gigabyte.ts';
import { medianOf } from '../median.ts';
import { table } from '../table.ts';
import { inApp, startApp } from './app.ts';
import { byHandScript, dumpFile, toNowhereScript } from './dump.ts';
import { openOurs } from './ours.ts';

const limit = 0.95;

interface Round {
  /** The whole step of the dump: the proof, the digest and the flush to the disk are in it. */
  readonly ours: number;
  /** `pg_dump | gzip` by hand in the container, which proves nothing. */
  readonly peer: number;
  /** `pg_dump` to nowhere. */
  readonly floor: number;
}

/** How long a dump of 1 GB takes, beside the same by hand. */
export async function compareLarge(
  cluster: BenchCluster,
  namespace: string,
  tools: BenchTools,
): Promise<Figure[]> {
  const rounds = tools.isTiny ? 1 : 3;
  const app = tools.isTiny
    ? { size: '500Mi', seed: entriesOf(tinyRows) }
    : { size: '6Gi', seed: entriesOf(gigabyteRows) };
  const bytes = await startApp(cluster, namespace, app, tools);
  const ours = await openOurs(cluster.kubeconfig, namespace, tools);
  const timed = async (script: string) => Number(await inApp(cluster, namespace, script, dumpFile)) / 1e9;
  const done: Round[] = [];
  for (let round = 0; round <= rounds; round++) {
    tools.report(round === 0 ? 'warming up with 1 GB' : `round ${round} of ${rounds} with 1 GB`);
    const { steps } = await ours();
    const peer = await timed(byHandScript);
    const floor = await timed(toNowhereScript);
    if (round > 0) done.push({ ours: steps['dump'] ?? 0, peer, floor });
  }
  tools.print(`${tableOf(done, bytes)}\n`);
  return [figureOf(done)];
}

function tableOf(done: readonly Round[], bytes: number): string {
  const row = (title: string, of: (round: Round) => number) => {
    const seconds = medianOf(done, of);
    return [title, seconds, bytes / 1e6 / seconds];
  };
  return table(
    [`${(bytes / 1e9).toFixed(2)} GB of database, median of ${done.length}`, 's', 'MB/s'],
    [
      row('create, its dump', ({ ours }) => ours),
      row('pg_dump | gzip by hand', ({ peer }) => peer),
      row('pg_dump to nowhere', ({ floor }) => floor),
    ],
  );
}

function figureOf(done: readonly Round[]): Figure {
  const measured = {
    bench: 'create: dump of 1 GB',
    ours: medianOf(done, ({ ours }) => ours),
    peer: medianOf(done, ({ peer }) => peer),
    floor: medianOf(done, ({ floor }) => floor),
    unit: 's',
    limit,
  } as const;
  return atLeastAsGood(
    measured,
    medianOf(done, ({ ours, peer }) => peer / ours),
  );
}
