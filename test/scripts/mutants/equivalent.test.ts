import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withoutEquivalents } from '../../../scripts/mutants/equivalent.ts';
import { equivalentMutants } from '../../../scripts/mutants/equivalent-mutants.ts';
import { mutantOf } from '../../../scripts/mutants/mutant.ts';
import { candidatesOf } from '../../../scripts/mutants/find-mutants.ts';
import { sampleOf } from '../../../scripts/mutants/sample.ts';

const source = 'a(true);\nb(false);\n';
const mutants = [
  mutantOf('src/x.ts', source, { kind: 'boolean', start: 2, end: 6, text: 'false' }),
  mutantOf('src/x.ts', source, { kind: 'boolean', start: 11, end: 16, text: 'true' }),
];
const entry = { file: 'src/x.ts', lineText: 'b(false);', change: 'false -> true', reason: 'none' };

describe('the list of equivalent mutants', () => {
  it('takes out those that it names', () => {
    expect(withoutEquivalents(mutants, [entry])).toEqual([mutants[0]]);
  });

  it('is refused when it names one of a file that is none any more', () => {
    const stale = { ...entry, lineText: 'c(false);' };
    expect(() => withoutEquivalents(mutants, [stale])).toThrow(
      "has 'false -> true' in 'c(false);' of src/x.ts",
    );
    expect(withoutEquivalents(mutants, [{ ...stale, file: 'src/y.ts' }])).toEqual(mutants);
  });

  it('names only mutants that there are', () => {
    const files = [...new Set(equivalentMutants.map(({ file }) => file))];
    for (const file of files) withoutEquivalents(candidatesOf(file), equivalentMutants);
    expect(equivalentMutants.filter(({ reason }) => reason === '')).toEqual([]);
  });
});

describe('a sample of mutants', () => {
  it('is the same for the same seed, in the order of the text', () => {
    const many = candidatesOf('src/locks/held-lease.ts');
    const sample = sampleOf(many, 10, 'a');
    expect(sampleOf(many, 10, 'a')).toEqual(sample);
    expect(sampleOf(many, 10, 'b')).not.toEqual(sample);
    expect(sample).toHaveLength(10);
    expect(sample.map(({ start }) => start)).toEqual(
      sample.map(({ start }) => start).toSorted((a, b) => a - b),
    );
  });
});

describe('a mutant', () => {
  it('is known by the text of its line, wherever that moves', () => {
    const text = readFileSync(join(import.meta.dirname, 'equivalent.test.ts'), 'utf8');
    const start = text.indexOf('names only mutants');
    const [one, other] = [0, 1].map((lines) =>
      mutantOf('a.ts', '\n'.repeat(lines) + text, {
        kind: '',
        start: start + lines,
        end: start + lines + 5,
        text: 'x',
      }),
    );
    expect(other).toMatchObject({ lineText: one!.lineText, change: 'names -> x', line: one!.line + 1 });
  });
});
