import { describe, test } from 'vitest';
import { isExhaustive, spread } from '../../scripts/tests/spread.ts';

export { isExhaustive };

/**
 * The cases of a long list that this run takes: all of them in `npm run test:exhaustive`, which runs every file that
 * imports this one; in `npm test` the same few every time, the first and the last of the list among them.
 */
export function sampled<T>(cases: readonly T[], count = 4): readonly T[] {
  return isExhaustive ? cases : spread(cases, count);
}

/**
 * As `test` and `describe`, of the exhaustive run alone: for those of a file that cost much, and of whose kind others stay
 * in `npm test`. There they are not skipped but absent, as the cases that `sampled` leaves out.
 */
export const exhaustively: { readonly test: typeof test; readonly describe: typeof describe } = isExhaustive
  ? { test, describe }
  : { test: absent() as typeof test, describe: absent() as typeof describe };

/** Takes any call, with any chain of `.each`, `.runIf` and the like before it. */
function absent(): unknown {
  return new Proxy(() => {}, { get: () => absent(), apply: () => absent() });
}
