import type { Benchmark, BenchTools } from '../benchmark.ts';
import { timesTheFloor, type Figure } from '../figure.ts';
import { medianOf } from '../median.ts';
import { table } from '../table.ts';
import { startApiServer } from './api-server.ts';
import { openStarters, type Start, type Starters } from './starters.ts';

export const startup: Benchmark = {
  name: 'startup',
  summary: 'from the start of create to its first API request, and its memory; kubectl, and bare Node.js',
  async run(tools) {
    const server = await startApiServer(tools.folder);
    try {
      return await compare(await openStarters(server, tools), tools);
    } finally {
      server.close();
    }
  },
};

type Name = keyof Starters;

const titles: Record<Name, string> = {
  ours: 'ours, with a compile cache as in the image',
  uncached: 'ours, without one',
  peer: 'kubectl get --raw',
  floor: 'floor: node -e 0, to its end',
};
const names = Object.keys(titles) as Name[];

async function compare(starters: Starters, { report, print, isTiny }: BenchTools): Promise<Figure[]> {
  const rounds = isTiny ? 1 : 10;
  const done: Record<Name, Start>[] = [];
  // The round before the first one fills the compile cache and the page cache.
  for (let round = 0; round <= rounds; round++) {
    report(round === 0 ? 'warming up' : `round ${round} of ${rounds}`);
    const starts = await measureRound(starters);
    if (round > 0) done.push(starts);
  }
  const seconds = (name: Name) => medianOf(done, (round) => round[name].seconds);
  const megabytes = (name: Name) => medianOf(done, (round) => round[name].peakMegabytes);
  const rows = names.map((name) => [titles[name], seconds(name) * 1000, megabytes(name)]);
  print(`${table([`median of ${rounds}`, 'ms', 'peak MB'], rows)}\n`);
  return [
    timesTheFloor({ bench: 'startup', ...comparison(seconds), unit: 's', limit: 3.5 }),
    timesTheFloor({ bench: 'startup-memory', ...comparison(megabytes), unit: 'MB', limit: 2.2 }),
  ];
}

async function measureRound(starters: Starters): Promise<Record<Name, Start>> {
  const starts: Partial<Record<Name, Start>> = {};
  for (const name of names) starts[name] = await starters[name]();
  return starts as Record<Name, Start>;
}

function comparison(of: (name: Name) => number): Record<'ours' | 'peer' | 'floor', number> {
  return { ours: of('ours'), peer: of('peer'), floor: of('floor') };
}
