/** A time without a snapshot of it; milliseconds since 1970. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** The greatest between neighbours, the first one of several; undefined where there are no two. Times go up. */
export function greatestGap(times: readonly number[]): Gap | undefined {
  let greatest: Gap | undefined;
  for (const [index, from] of times.entries()) {
    const to = times[index + 1];
    if (to !== undefined && to - from > lengthOf(greatest)) greatest = { from, to };
  }
  return greatest;
}

/** In milliseconds; of none, 0. */
export function lengthOf(gap: Gap | undefined): number {
  return gap ? gap.to - gap.from : 0;
}
