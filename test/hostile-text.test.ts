import { expect, test } from 'vitest';
import { isApiVersion, isDnsLabel, isDnsSubdomain, isPlural } from '../src/kube/names.ts';
import { parseQuantity } from '../src/kube/quantity.ts';
import { Tail } from '../src/pods/script-output.ts';
import { quoted } from '../src/core/quoted.ts';
import { policyChange } from '../src/snapshots/tier-formats.ts';
import { isCalendarDate } from '../src/snapshots/buckets.ts';
import { takenAt, annotation } from '../src/snapshots/labels.ts';
import { timeZoneOf } from '../src/snapshots/time-zone.ts';
import { harmless, harmlessLine } from '../src/core/terminal-text.ts';

const length = 256 * 1024;
const hostile = [
  ' ',
  '\n',
  '\t',
  '=',
  ',',
  '/',
  '.',
  '-',
  '0',
  'a',
  '[',
  '\\',
  '\u202E',
  ' \n',
  'daily=',
  'a.',
]
  .map((piece) => piece.repeat(length / piece.length))
  .flatMap((text) => [text, `${text}x`, `daily=1${text}x`]);

function words(text: string): string {
  const tail = new Tail(length + 10);
  tail.write(text);
  return tail.words();
}

function withAnnotation(name: string, text: string) {
  const annotations = { [name]: text };
  return { apiVersion: '', kind: '', metadata: { creationTimestamp: '2026-11-20T00:00:00Z', annotations } };
}

/** All that take text which a tenant, or a program in a tenant's container, has written. */
const readers: Record<string, (text: string) => unknown> = {
  isApiVersion,
  isDnsLabel,
  isDnsSubdomain,
  isPlural,
  parseQuantity,
  isCalendarDate,
  harmless,
  harmlessLine,
  quoted,
  words,
  policyChange: (text) => policyChange.parse(text),
  takenAt: (text) => takenAt(withAnnotation(annotation.takenAt, text)),
  timeZoneOf: (text) => timeZoneOf([withAnnotation(annotation.timeZone, text)]),
};

// What takes the square of the length takes minutes, which the runner does not wait for.
test.each(Object.entries(readers))('%s is done with 256 KiB of anything', (_name, read) => {
  expect(hostile.map((text) => typeof read(text))).toHaveLength(hostile.length);
});

test('a quotation has a hundred characters at most, and none that cannot be seen', () => {
  for (const text of hostile) expect(quoted(text).length).toBeLessThanOrEqual(100 * '\\u{202e}'.length + 3);
  expect(quoted('a\n\u202Eb\0')).toBe("'a\\u{a}\\u{202e}b\\u{0}'");
  expect(quoted('x'.repeat(101))).toBe(`'${'x'.repeat(100)}…'`);
  expect(quoted(7)).toBe('a number');
});
