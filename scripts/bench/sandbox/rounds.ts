import type { BenchTools } from '../benchmark.ts';
import { timesTheFloor, type Figure } from '../figure.ts';
import { median } from '../median.ts';
import { table, type Cell } from '../table.ts';
import type { Page, PageReader } from './pages.ts';
import { halfSelector } from './snapshots.ts';

/** Pages of each list; the peer has no more of half of its objects. */
const sizes = {
  full: { warmUps: 5, rounds: 15, pagesOfAll: 4, pagesOfHalf: 2 },
  tiny: { warmUps: 1, rounds: 1, pagesOfAll: 2, pagesOfHalf: 2 },
};
type Size = typeof sizes.full;

export const sides = ['ours', 'peer', 'floor'] as const;
export type Side = (typeof sides)[number];
export type Readers = Readonly<Record<Side, PageReader>>;

/** Milliseconds of every page that was read. */
interface Times {
  readonly first: number[];
  readonly continued: number[];
  readonly selected: number[];
  readonly selectedContinued: number[];
  /** Bytes of the pages of the last round. */
  bytes: number;
}

export type Measured = Readonly<Record<Side, Times>>;

/** Each side in turn, one request at a time. */
export async function measureRounds(readers: Readers, { report, isTiny }: BenchTools): Promise<Measured> {
  const size = isTiny ? sizes.tiny : sizes.full;
  const { rounds, warmUps } = size;
  let measured = blank();
  // The rounds before the first one let all three compile what they run.
  for (let round = 1 - warmUps; round <= rounds; round++) {
    if (round === 1) measured = blank();
    report(round < 1 ? 'warming up' : `round ${round} of ${rounds}`);
    for (const side of round % 2 === 0 ? sides : sides.toReversed())
      await read(readers[side], measured[side], size);
  }
  return measured;
}

async function read(reader: PageReader, times: Times, { pagesOfAll, pagesOfHalf }: Size): Promise<void> {
  const all = await reader.pages(pagesOfAll);
  const half = await reader.pages(pagesOfHalf, halfSelector);
  const note = ([first, ...others]: readonly Page[], ofFirst: number[], ofOthers: number[]): void => {
    if (first) ofFirst.push(first.milliseconds);
    ofOthers.push(...others.map(({ milliseconds }) => milliseconds));
  };
  note(all, times.first, times.continued);
  note(half, times.selected, times.selectedContinued);
  times.bytes = median([...all, ...half].map(({ body }) => body.length));
}

const columns = ['first', 'continued', 'selected', 'selectedContinued'] as const;

export function pageTable(measured: Measured, titles: Readonly<Record<Side, string>>): string {
  const rows = sides.map((side): Cell[] => {
    const times = measured[side];
    return [titles[side], ...columns.map((column) => median(times[column])), times.bytes / 1e6];
  });
  const head = [
    `page of 500, median of ${measured.ours.selected.length} rounds`,
    'first ms',
    'next ms',
    'half: first ms',
    'half: next ms',
  ];
  return table([...head, 'MB'], rows);
}

export function pageFigures(measured: Measured): Figure[] {
  const figure = (bench: string, times: (times: Times) => number[]): Figure => {
    const [ours = 0, peer = 0, floor = 0] = sides.map((side) => median(times(measured[side])));
    return timesTheFloor({ bench, ours, peer, floor, unit: 'ms', limit: 6 });
  };
  return [
    figure('sandbox-page', ({ first, continued }) => [...first, ...continued]),
    figure('sandbox-selected-page', ({ selected, selectedContinued }) => [...selected, ...selectedContinued]),
  ];
}

function blank(): Measured {
  const times = (): Times => ({ first: [], continued: [], selected: [], selectedContinued: [], bytes: 0 });
  return { ours: times(), peer: times(), floor: times() };
}
