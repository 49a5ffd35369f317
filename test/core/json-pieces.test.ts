import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonPieces } from '../../src/core/json-pieces.ts';

it('the pieces of an object are its JSON', () => {
  const object = fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.constant(undefined)));
  fc.assert(
    fc.property(object, (value) => {
      expect([...jsonPieces(value)].join('')).toBe(JSON.stringify(value));
    }),
  );
});

it('a long list comes in many pieces', () => {
  const value = { list: Array.from({ length: 1201 }, (_, index) => ({ index })), last: [undefined] };
  const pieces = [...jsonPieces(value)];
  expect(pieces.join('')).toBe(JSON.stringify(value));
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(10_000);
});
