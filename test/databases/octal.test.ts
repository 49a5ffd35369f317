import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromOctal } from '../../src/databases/scripts/octal.ts';

const octalOf = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('');

it('every name comes back from octal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
      expect(fromOctal(octalOf(new TextEncoder().encode(name)))).toBe(name);
    }),
  );
});

it('what is no octal, or no UTF-8, is not a name', () => {
  for (const text of ['', 'shop', '\\0163x', '\\016', '\\0400', '\\0377\\0376'])
    expect(fromOctal(text)).toBeUndefined();
});
