import { createHash } from 'node:crypto';
import { nameOf, type Mutant } from './mutant.ts';

/** As many as wanted, the same ones for the same seed, in their order. */
export function sampleOf(
  mutants: readonly Mutant[],
  size: number | undefined,
  seed: string,
): readonly Mutant[] {
  if (size === undefined || size >= mutants.length) return mutants;
  const lot = (mutant: Mutant) =>
    createHash('sha256')
      .update(`${seed}\n${nameOf(mutant)}`)
      .digest('hex');
  const drawn = mutants
    .map((mutant) => ({ mutant, lot: lot(mutant) }))
    .sort((one, other) => (one.lot < other.lot ? -1 : 1))
    .slice(0, size);
  const chosen = new Set(drawn.map(({ mutant }) => mutant));
  return mutants.filter((mutant) => chosen.has(mutant));
}
