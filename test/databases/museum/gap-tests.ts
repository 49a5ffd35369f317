import { describe, expect, test } from 'vitest';
import { untold, type Gap } from './gaps.ts';

/** What must be true of the known gaps of an engine, whose museum has databases and exhibits of these names. */
export function testGaps(engine: string, gaps: readonly Gap[], names: readonly string[]): void {
  describe(`the gaps of the museum of ${engine}`, () => {
    test('are each of something that is there', () => {
      expect(gaps.map(({ of }) => of).filter((of) => !names.includes(of))).toEqual([]);
    });

    test('are told of, before the dump or by the documentation', () => {
      expect(untold(gaps)).toEqual([]);
    });
  });
}
