import { atLeastAsGood, type Figure } from '../figure.ts';
import { medianOf } from '../median.ts';
import { table, type Cell } from '../table.ts';
import type { FloorRun } from './floor.ts';
import type { OwnRun } from './ours.ts';

export interface Round {
  readonly ours: OwnRun;
  /** Seconds of the script. */
  readonly peer: number;
  readonly floor: FloorRun;
}

/** The script takes no lock, checks nothing and proves nothing: ours may take three times as long. */
const limit = 0.33;
/** In the order in which they are done; `snapshot` creates it, `ready` waits. */
const steps = ['lease', 'preflight', 'dump', 'labels', 'snapshot', 'release', 'ready'];

/** Where the seconds go: each step of ours, beside what it stands for at the least. */
export function tables(done: readonly Round[]): string {
  const step = (name: string) => medianOf(done, ({ ours }) => ours.steps[name] ?? 0);
  const dump = medianOf(done, ({ floor }) => floor.dump);
  const ready = medianOf(done, ({ floor }) => floor.ready);
  const least: Record<string, Cell> = { dump: exact(dump), ready: exact(ready) };
  const present = steps.filter((name) => done.some(({ ours }) => name in ours.steps));
  const rows: Cell[][] = [
    [
      'process start and exit',
      exact(medianOf(done, ({ ours }) => ours.wall - (ours.steps['total'] ?? 0))),
      '',
    ],
    ...present.map((name) => [name, exact(step(name)), least[name] ?? '']),
    ['all', exact(medianOf(done, ({ ours }) => ours.wall)), exact(medianOf(done, necessary))],
  ];
  const beyond: Cell[][] = [
    ['ours, beyond pg_dump and the bare snapshot', exact(medianOf(done, overhead))],
    ['ours, beyond its own dump, snapshot and ready', exact(medianOf(done, overheadByOwnClock))],
    ['shell script, beyond pg_dump and the bare snapshot', exact(medianOf(done, peerOverhead))],
    ['shell script, all', exact(medianOf(done, ({ peer }) => peer))],
  ];
  const first = table([`median of ${done.length}`, 'ours s', 'floor s'], rows);
  return `${first}\n${table(['overhead', 's'], beyond)}`;
}

/** The floor of an overhead is none at all. */
export function figureOf(done: readonly Round[]): Figure {
  const ours = medianOf(done, overhead);
  const peer = medianOf(done, peerOverhead);
  const ratio = medianOf(done, (round) => peerOverhead(round) / overhead(round));
  return atLeastAsGood({ bench: 'create', ours, peer, floor: 0, unit: 's', limit }, ratio);
}

/** The latency of the exec and all checks of the dump count as ours: only pg_dump itself is taken off. */
function overhead(round: Round): number {
  return round.ours.wall - necessary(round);
}

function peerOverhead(round: Round): number {
  return round.peer - necessary(round);
}

function necessary({ floor }: Round): number {
  return floor.dump + floor.ready;
}

function overheadByOwnClock({ ours: { wall, steps } }: Round): number {
  return wall - (steps['dump'] ?? 0) - (steps['snapshot'] ?? 0) - (steps['ready'] ?? 0);
}

function exact(seconds: number): string {
  return seconds.toFixed(3);
}
