import type { Mutant } from './mutant.ts';
import { nameOf } from './mutant.ts';

/** A mutant that no test could notice. It is known by its file, the text of its line, and what is changed. */
export interface Equivalent {
  readonly file: string;
  readonly lineText: string;
  readonly change: string;
  readonly reason: string;
}

/** Throws when an entry speaks of a file of these, and matches none of their mutants: the code has moved on. */
export function withoutEquivalents(
  mutants: readonly Mutant[],
  entries: readonly Equivalent[],
): readonly Mutant[] {
  const names = new Set(mutants.map(nameOf));
  const files = new Set(mutants.map(({ file }) => file));
  const stale = entries.find((entry) => files.has(entry.file) && !names.has(nameOf(entry)));
  if (stale)
    throw new Error(
      `The list of equivalent mutants has '${stale.change}' in '${stale.lineText}' of ${stale.file}, which is no mutant any more; take it out of scripts/mutants/equivalent-mutants.ts, or mend it`,
    );
  const known = new Set(entries.map(nameOf));
  return mutants.filter((mutant) => !known.has(nameOf(mutant)));
}
