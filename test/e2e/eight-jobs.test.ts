import { beforeAll, describe, expect, test } from 'vitest';
import { sampleAppManifests, volumeOf } from '../../scripts/sample-app.ts';
import { apply, installChart, type Testbed } from '../../scripts/testbed.ts';
import { ending, startJob } from './job.ts';
import { awkwardPassword, freshNamespace, sql, testbed, waitForRollout } from './support.ts';

const slots = 2;
const namespaces = ['e2e-eight-a', 'e2e-eight-b'];

interface Span {
  readonly from: number;
  readonly to: number;
}

interface Run {
  readonly namespace: string;
  readonly exitCode: number;
  readonly dump: Span;
  /** From the lease to the slot. */
  readonly wait: Span;
  readonly slot: Span;
  readonly lease: Span;
}

/** Two namespaces are backed up by four jobs each, which all begin at once on a node with two slots. */
describe('eight jobs on a node with two slots', () => {
  let bed: Testbed;
  let runs: Run[];

  beforeAll(async () => {
    bed = await testbed();
    await Promise.all(namespaces.map(prepare));
    const jobs = await Promise.all(
      namespaces.flatMap((namespace) =>
        [1, 2, 3, 4].map(async () => ({ namespace, job: await startJob(bed, namespace, 'backup') })),
      ),
    );
    runs = [];
    // In turn: eight that look at once would take the CPU from what they look at.
    for (const { namespace, job } of jobs) runs.push(await follow(namespace, job));
  });

  async function prepare(namespace: string): Promise<void> {
    const app = { namespace, name: 'shop', password: awkwardPassword, size: '500Mi' };
    await freshNamespace(bed, namespace);
    await apply(bed, ...sampleAppManifests({ ...app, image: bed.images.postgres.ref }));
    await waitForRollout(bed, namespace, app.name);
    await sql(bed, namespace, 'deployment/shop', content);
    await installChart(bed, {
      namespace,
      release: 'backup',
      settings: {
        BAK_PVC_NAME: volumeOf(app),
        BAK_DB_POSTGRES_EXEC_RESOURCE: 'deployment/shop',
        BAK_FLOCK_COUNT: String(slots),
      },
    });
  }

  async function follow(namespace: string, job: string): Promise<Run> {
    const { exitCode, log, result } = await ending(bed, namespace, job);
    const lines = log
      .split('\n')
      .filter((line) => line.startsWith('{"level"'))
      .map((line) => JSON.parse(line) as { time: string; msg: string });
    const when = (words: string) => Date.parse(lines.find(({ msg }) => msg.startsWith(words))?.time ?? '');
    const [dump] = result['dumps'] as { startedAt: string; completedAt: string }[];
    const [lease, slot, end] = [
      'lease of the namespace taken',
      'node slot taken',
      'the snapshot is ready',
    ].map(when) as [number, number, number];
    return {
      namespace,
      exitCode,
      dump: { from: Date.parse(dump?.startedAt ?? ''), to: Date.parse(dump?.completedAt ?? '') },
      wait: { from: lease, to: slot },
      slot: { from: slot, to: end },
      lease: { from: lease, to: end },
    };
  }

  /** How many of the spans there are at a time, at each beginning of one. */
  const countsOf = (spans: readonly Span[]) =>
    spans.map(({ from }) => spans.filter((other) => other.from <= from && from < other.to).length);

  test('all succeed', () => {
    expect(runs.map(({ exitCode }) => exitCode)).toEqual(Array.from({ length: 8 }, () => 0));
  });

  test('never make more than two dumps at a time, and often two', () => {
    const counts = countsOf(runs.map(({ dump }) => dump));
    expect(Math.max(...counts)).toBe(slots);
  });

  test('never run two backups of one namespace at a time', () => {
    for (const namespace of namespaces) {
      const spans = runs.filter((run) => run.namespace === namespace).map(({ lease }) => lease);
      expect(Math.max(...countsOf(spans))).toBe(1);
    }
  });

  test('do not wait while a slot is free', () => {
    const taken = (at: number) => runs.filter(({ slot }) => slot.from <= at && at < slot.to).length;
    // Eight processes that start at once are slow by themselves; a dump takes longer.
    const long = runs.map(({ wait }) => wait).filter(({ from, to }) => to - from > 1500);
    expect(long.filter(({ from, to }) => taken((from + to) / 2) < slots)).toEqual([]);
    // Who waits for the lease of a namespace gets it as soon as it is free.
    for (const namespace of namespaces) {
      const spans = runs.filter((run) => run.namespace === namespace).map(({ lease }) => lease);
      const inTurn = spans.toSorted((one, other) => one.from - other.from);
      for (const [index, { from }] of inTurn.slice(1).entries()) {
        expect(from - (inTurn[index]?.to ?? 0)).toBeLessThan(3000);
      }
    }
  });
});

/** 20 MB that compress badly: a dump takes about a second. */
const content = `
  create table big as
    select i, (select string_agg(md5(random()::text || i || j), '') from generate_series(1, 30) j) as text
    from generate_series(1, 20000) i`;
