import { isExhaustive, spread } from '../../scripts/tests/spread.ts';

export { isExhaustive };

/**
 * The cases of a long list that this run takes: all of them in `npm run test:exhaustive`, which runs every file that
 * imports this one; in `npm test` the same few every time, the first and the last of the list among them.
 */
export function sampled<T>(cases: readonly T[], count = 4): readonly T[] {
  return isExhaustive ? cases : spread(cases, count);
}
