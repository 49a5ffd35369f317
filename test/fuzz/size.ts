import { isExhaustive } from '../support/exhaustive.ts';

/**
 * How much of the fuzz runs: in `npm test` a sample, in the exhaustive run more than 10,000 hostile values with all
 * commands together; with FUZZ_EVERY=1, which takes an hour, each listed text in each place, and more draws. FUZZ_SEED is
 * another seed than the one of every day.
 */
const isWhole = isExhaustive && process.env['FUZZ_EVERY'] === '1';

export const size = {
  isWhole,
  seed: Number(process.env['FUZZ_SEED'] ?? 20261121),
  oneIn: isWhole ? 1 : isExhaustive ? 16 : 640,
  mixed: isWhole ? 3000 : isExhaustive ? 400 : 16,
  runs: isWhole ? 20_000 : isExhaustive ? 1000 : 60,
  timeout: isWhole ? 1_800_000 : 120_000,
};
