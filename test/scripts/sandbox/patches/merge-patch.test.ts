import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRecord } from '../../../../src/kube/object.ts';
import { mergePatch } from '../../../../scripts/sandbox/patches/merge-patch.ts';

// The cases of RFC 7386, appendix A.
test.each([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('%j patched with %j is %j', (target, patch, expected) => {
  expect(mergePatch(target, patch)).toEqual(expected);
});

/** The smallest patch that makes `after` of `before`; exists as long as no field of `after` is null. */
function difference(before: unknown, after: unknown): unknown {
  if (!isRecord(before) || !isRecord(after)) return after;
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return Object.fromEntries([
    ...gone.map((key) => [key, null]),
    ...Object.entries(after).map(([key, value]) => [key, difference(before[key], value)]),
  ]);
}

const { object } = fc.letrec((tie) => ({
  object: fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), tie('value'), { noNullPrototype: true }),
  value: fc.oneof(fc.integer(), fc.string(), fc.array(fc.integer()), tie('object')),
}));

test('the difference of two objects, applied to the first, gives the second and spares the first', () => {
  fc.assert(
    fc.property(object, object, (before, after) => {
      const copy = structuredClone(before);
      expect(mergePatch(before, difference(before, after))).toEqual(after);
      expect(before).toEqual(copy);
    }),
  );
});
