import type { Equivalent } from './equivalent.ts';

/** What survives because nobody could tell the difference, with the reason. `--json` has the three first fields to copy. */
export const equivalentMutants: readonly Equivalent[] = [];
