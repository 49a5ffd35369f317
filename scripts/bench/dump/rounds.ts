import { atLeastAsGood, timesTheFloor, type Figure } from '../figure.ts';
import type { Took } from '../local-shop.ts';
import { medianOf } from '../median.ts';
import { table } from '../table.ts';

/** A dump file of ours, or a script by hand whose $1 is the file. */
export type Way = { readonly title: string } & (
  | { readonly ours: string; readonly byHand?: never }
  | { readonly ours?: never; readonly byHand: string }
);

/** By the title of the way. */
export type Round = Map<string, Took & { readonly bytes: number; readonly writing: number }>;

const [gzip, zstd] = ['backup-ns, dump.sql.gz', 'backup-ns, dump.sql.zst'];
const [byHand, toNowhere] = ['pg_dump | gzip', 'pg_dump to nowhere'];

export function tableOf(ways: readonly Way[], done: readonly Round[], bytes: number): string {
  const rows = ways.map(({ title }) => {
    const seconds = median(done, title, 'seconds');
    return [
      title,
      seconds,
      median(done, title, 'cpuSeconds'),
      (median(done, title, 'bytes') / 1e6).toFixed(0),
      (bytes / 1e6 / seconds).toFixed(0),
    ];
  });
  const head = `${(bytes / 1e9).toFixed(2)} GB of database, median of ${done.length}`;
  return table([head, 's', 'CPU s', 'MB', 'MB/s'], rows);
}

/** On few CPUs the proof has to wait for the compression: gzip is held to the floor where there are four. */
export function figuresOf(done: readonly Round[], cpus: number): Figure[] {
  const toFloor = cpus >= 4 ? [gzip, zstd] : [zstd];
  return [
    speed(done, gzip, 2),
    size(done, gzip, 1.25),
    speed(done, zstd, 4),
    size(done, zstd, 1),
    ...toFloor.map((title) => beyondTheFloor(done, title, 1.6)),
  ];
}

function speed(done: readonly Round[], title = '', limit: number): Figure {
  const seconds = (round: Round, way = ''): number => round.get(way)?.seconds ?? Number.NaN;
  const ratio = medianOf(done, (round) => seconds(round, byHand) / seconds(round, title));
  return atLeastAsGood({ ...times(done, title), bench: nameOf(title), limit }, ratio);
}

function size(done: readonly Round[], title = '', limit: number): Figure {
  const megabytes = (way = ''): number => median(done, way, 'bytes') / 1e6;
  const numbers = { ours: megabytes(title), peer: megabytes(byHand), floor: megabytes(byHand) };
  return timesTheFloor({ bench: `${nameOf(title)}, size`, ...numbers, unit: 'MB', limit });
}

function beyondTheFloor(done: readonly Round[], title = '', limit: number): Figure {
  return timesTheFloor({ ...times(done, title), bench: `${nameOf(title)}, beyond pg_dump`, limit });
}

/** The floor is pg_dump to nowhere, and the bytes to the disk. */
function times(done: readonly Round[], title: string) {
  const floor = median(done, toNowhere, 'seconds') + median(done, title, 'writing');
  const [ours, peer] = [median(done, title, 'seconds'), median(done, byHand, 'seconds')];
  return { ours, peer, floor, unit: 's' } as const;
}

function median(
  done: readonly Round[],
  title = '',
  what: 'seconds' | 'cpuSeconds' | 'bytes' | 'writing',
): number {
  return medianOf(done, (round) => round.get(title)?.[what] ?? Number.NaN);
}

function nameOf(title: string): string {
  return title.replace('backup-ns, ', 'dump: ');
}
