import { readFileSync } from 'node:fs';
import type { Release } from './exhibits.ts';

/** A way to bring a dump back. */
export type Way = (typeof ways)[number];

/** Over the database as it is with other rows, and after it was lost: by `restore`, and as the documentation has it. */
export const ways = ['restore over what is there', 'restore', 'by hand'] as const;

/** Of each way, the lines that differ then, or how it failed. */
export type Ends = Readonly<Partial<Record<Way, readonly string[] | string>>>;

/** What is known not to come back as it was, and where a person is told. */
export interface Gap {
  /** The title of an exhibit, or the name of a database. */
  readonly of: string;
  /** Where it is one; everywhere, if not given. */
  readonly isFor?: (release: Release) => boolean;
  /** How the dump fails. */
  readonly dump?: RegExp;
  /**
   * How a way fails, or what the lines have that differ: each line one of these, and each of these in a line. A way that is not
   * here must end well.
   */
  readonly ends?: Readonly<Partial<Record<Way, readonly RegExp[]>>>;
  /** What is said before the dump. */
  readonly warned?: RegExp;
  /** Words of docs/databases.md, where nobody can know without a restore. */
  readonly documented?: string;
}

/** Of an exhibit or a database, on such a server. */
export function gapOf(gaps: readonly Gap[], title: string, release: Release): Gap | undefined {
  return gaps.find(({ of, isFor }) => of === title && isFor?.(release) !== false);
}

/** In every way. */
export const always = (...end: RegExp[]): NonNullable<Gap['ends']> =>
  Object.fromEntries(ways.map((way) => [way, end]));

/** What is wrong with how an exhibit came back, a sentence each; nothing if that is as it is known. */
export function surprises(
  { ends, warnings }: { ends: Ends; warnings: readonly string[] },
  gap?: Gap,
): string[] {
  const found = Object.entries(ends).flatMap(([way, end]) => surprise(way, end, gap?.ends?.[way as Way]));
  const { dump, warned } = gap ?? {};
  if (dump) found.push(`the dump does not fail with ${dump.source} by now; take that off the list of gaps`);
  const isWarned = warned === undefined || warnings.some((line) => warned.test(line));
  return isWarned ? found : [...found, `nothing warned of it: ${warnings.join('; ')}`];
}

function surprise(way: string, end: readonly string[] | string, known: readonly RegExp[] = []): string[] {
  const lines = typeof end === 'string' ? [end] : end;
  return [
    ...known
      .filter((one) => !lines.some((line) => one.test(line)))
      .map((one) => `${way}: nothing is as ${one.source} by now; take it off the list of gaps`),
    ...lines
      .filter((line) => !known.some((one) => one.test(line)))
      .map((line) => `${way}: ${line.slice(0, 2000)}`),
  ];
}

/** Nothing if the dump failed as it is known to. */
export function surprisesOfDump(message: string, gap?: Gap): string[] {
  return gap?.dump?.test(message) ? [] : [message];
}

const page = readFileSync(new URL('../../../docs/databases.md', import.meta.url), 'utf8').replaceAll(
  /\s+/g,
  ' ',
);

/** Gaps of which nobody is told, neither before the dump nor by the documentation. A dump that fails tells by itself. */
export function untold(gaps: readonly Gap[]): string[] {
  return gaps
    .filter(({ dump, warned, documented }) =>
      documented === undefined ? (warned ?? dump) === undefined : !page.includes(documented),
    )
    .map(({ of }) => of);
}
