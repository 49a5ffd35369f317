import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from '../../src/settings/nearest.ts';

const word = fc.string({ maxLength: 12 });

describe('the nearest known name', () => {
  it('is the one with the fewest changed letters', () => {
    expect(nearest('BAK_PVC_NAMES', ['BAK_NAMESPACE', 'BAK_PVC_NAME', 'BAK_VS_RAND'])).toBe('BAK_PVC_NAME');
  });

  it('is itself when it is known', () => {
    fc.assert(
      fc.property(word, fc.array(word), (text, words) => {
        expect(nearest(text, [...words, text])).toBe(text);
      }),
    );
  });

  it('does not exist among no words', () => {
    expect(nearest('BAK', [])).toBeUndefined();
  });
});

describe('the edit distance', () => {
  it('counts changed, added and removed letters', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('abc', '')).toBe(3);
  });

  it('is the same in both directions, and zero only between equals', () => {
    fc.assert(
      fc.property(word, word, (one, other) => {
        expect(editDistance(one, other)).toBe(editDistance(other, one));
        expect(editDistance(one, other) === 0).toBe(one === other);
      }),
    );
  });
});
