/** What is read of vitest's JSON report. */
export interface JsonReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    /** Milliseconds since 1970. */
    readonly startTime: number;
    readonly endTime: number;
  }[];
}

/** The test files that took longest, the slowest first. */
export function slowest(
  reports: readonly JsonReport[],
  count: number,
): { readonly name: string; readonly seconds: number }[] {
  return reports
    .flatMap(({ testResults }) => testResults)
    .map(({ name, startTime, endTime }) => ({ name, seconds: (endTime - startTime) / 1000 }))
    .toSorted((one, other) => other.seconds - one.seconds)
    .slice(0, count);
}

/** What `calibrate.ts` says on the machine that the limit was set on: two cores that nobody else uses. */
const usualUnit = 1.8;
const limitSeconds = 300;

/**
 * Why a run of `npm test` was too slow, in a sentence; undefined when it was not. On a machine that needs longer for the
 * same work, by the mean of what `calibrate.ts` said, it may take longer in the same proportion.
 */
export function timeProblem(seconds: number, units: readonly number[]): string | undefined {
  const unit = units.reduce((sum, one) => sum + one, 0) / units.length;
  if (!(unit > 0) || !Number.isFinite(seconds)) return 'It is not known how long npm test took';
  const limit = limitSeconds * Math.max(1, unit / usualUnit);
  if (seconds <= limit) return undefined;
  return `npm test took ${seconds.toFixed(0)} s, and may take ${limit.toFixed(0)} s on this machine; see the slowest files above`;
}
