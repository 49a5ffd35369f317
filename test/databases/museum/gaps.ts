/** A way to bring a dump back. */
export type Way = (typeof ways)[number];

/** Over the database as it is with other rows, and after it was lost: by `restore`, and as the documentation has it. */
export const ways = ['restore over what is there', 'restore', 'by hand'] as const;

/** Of each way, the lines that differ then, or how it failed. */
export type Ends = Readonly<Partial<Record<Way, readonly string[] | string>>>;

/** What is known not to come back as it was. */
export interface Gap {
  /** The title of an exhibit, or the name of a database. */
  readonly of: string;
  /** How the dump fails. */
  readonly dump?: RegExp;
  /** How a way fails, or what all lines have that differ; a way that is not here must end well. */
  readonly ends?: Readonly<Partial<Record<Way, RegExp>>>;
  /** What is said before the dump. */
  readonly warned?: RegExp;
  /** What is to be done about it. Until it is, the end may be the known one or a good one. */
  readonly todo?: string;
}

/** In every way. */
export const always = (end: RegExp): NonNullable<Gap['ends']> =>
  Object.fromEntries(ways.map((way) => [way, end]));

/** What is wrong with how an exhibit came back, a sentence each; nothing if that is as it is known. */
export function surprises(
  { ends, warnings }: { ends: Ends; warnings: readonly string[] },
  gap?: Gap,
): string[] {
  const found = Object.entries(ends).flatMap(([way, end]) =>
    surprise(way, end, gap?.ends?.[way as Way], gap),
  );
  const { warned, todo } = gap ?? {};
  const isWarned = warned === undefined || warnings.some((line) => warned.test(line));
  return isWarned || todo !== undefined ? found : [...found, `nothing warned of it: ${warnings.join('; ')}`];
}

function surprise(
  way: string,
  end: readonly string[] | string,
  known: RegExp | undefined,
  gap?: Gap,
): string[] {
  if (end.length === 0) {
    const isClosed = known !== undefined && gap?.todo === undefined;
    return isClosed ? [`${way}: it comes back whole by now; take it off the list of gaps`] : [];
  }
  const lines = typeof end === 'string' ? [end] : end;
  return lines.filter((line) => !known?.test(line)).map((line) => `${way}: ${line.slice(0, 2000)}`);
}

/** Nothing if the dump failed as it is known to. */
export function surprisesOfDump(message: string, gap?: Gap): string[] {
  return gap?.dump?.test(message) ? [] : [message];
}
