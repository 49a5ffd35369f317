import { expect, it } from 'vitest';
import { humanBytes } from '../../src/core/human-bytes.ts';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 KiB'],
  [1536, '1.5 KiB'],
  [102_400, '100 KiB'],
  [1_048_575, '1.0 MiB'],
  [5 * 1024 ** 3, '5.0 GiB'],
  [3000 * 1024 ** 5, '3000 PiB'],
])('%d bytes are %s', (bytes, words) => {
  expect(humanBytes(bytes)).toBe(words);
});
