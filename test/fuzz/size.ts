/**
 * How much of the fuzz runs: a sample that comes to more than 10,000 hostile values with all commands together, or with
 * FUZZ_EVERY=1 each listed text in each place, and more draws. FUZZ_SEED is another seed than the one of every day.
 */
const isWhole = process.env['FUZZ_EVERY'] === '1';

export const size = {
  isWhole,
  seed: Number(process.env['FUZZ_SEED'] ?? 20261121),
  oneIn: isWhole ? 1 : 16,
  mixed: isWhole ? 3000 : 400,
  runs: isWhole ? 20_000 : 1000,
  timeout: isWhole ? 1_800_000 : 120_000,
};
