import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { lines } from '../../src/kube/lines.ts';

/** `bytes` in pieces of the given lengths, and the rest. */
function* pieces(bytes: Buffer, lengths: number[]): Generator<Buffer> {
  let start = 0;
  for (const length of lengths) {
    yield bytes.subarray(start, start + length);
    start += length;
  }
  yield bytes.subarray(start);
}

test('lines are the same however the bytes arrive, even in the middle of a letter', async () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' '));
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat(20)), async (texts, lengths) => {
      const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
      async function* arriving(): AsyncGenerator<Buffer> {
        yield* pieces(bytes, lengths);
      }
      expect(await Array.fromAsync(lines(arriving()))).toEqual(texts.map((text) => text.toWellFormed()));
    }),
  );
});

test('a line without an end is not kept for ever', async () => {
  let given = 0;
  async function* endless(): AsyncGenerator<Buffer> {
    for (;;) {
      given += 1000;
      yield await Promise.resolve(Buffer.alloc(1000, 'x'));
    }
  }
  await expect(lines(endless(), 10_000).next()).rejects.toThrow('longer than 10000 bytes');
  expect(given).toBe(11_000);
});
