import * as fc from 'fast-check';
import { anyText } from '../support/any-text.ts';

const tooLong = 256 * 1024;

/** Names of the honest tenant's own things, as a hostile one may use them. */
export const honest = {
  namespace: 'shop',
  pvc: 'data',
  snapshot: 'data-night-0',
  content: 'content-of-data-night-0',
  group: 'together',
  uid: '00000000-0000-4000-8000-000000000001',
  backup: '2026-11-20-023000-honest',
} as const;

const victim = `${honest.namespace}/volumesnapshots/${honest.snapshot}`;

/** What leads elsewhere where a text becomes a piece of a path, of a query or of a selector. */
const paths = [
  '',
  '.',
  '..',
  '...',
  '/',
  '//',
  '../..',
  `../../../namespaces/${victim}`,
  `..\\..\\snapshot.storage.k8s.io\\v1\\namespaces\\${victim.replaceAll('/', '\\')}?`,
  '..\\..\\api\\v1\\namespaces\\shop?',
  'v1/..',
  'v1\\..',
  'v1/volumegroupsnapshots/../..',
  '%2e%2e',
  '%2E%2E%2F%2e%2e%2fnamespaces%2fshop',
  '%252e%252e',
  '%',
  '%zz',
  '%00',
  'v1?',
  'v1#',
  'v1;',
  'name?dryRun=All',
  '?force=true',
  '#fragment',
  'x&continue=y',
  'a=b,c!=d',
  'a in (b,c)',
  ',',
  '!a',
  'metadata.name=x',
  'https://example.com/',
  '//example.com',
  'user@example.com:443',
  '\\\\host\\share',
  '.\t.',
  '.\n.',
  '.\r.',
  '\t..\n/',
  '\u2025',
  '\uFF0E\uFF0E\uFF0F',
  '\u2215',
];

const control = [
  '\0',
  'a\0b',
  '\n',
  'one\ntwo\r\nthree',
  '\r',
  '\t',
  '\b\b\b',
  '\u001B[2J\u001B[31mred',
  '\u001B]0;title\u0007',
  '\u009B2J',
  '\u0085',
  '\u007F',
  '\u2028\u2029',
  '\u202Efdp.exe',
  '\u2066isolated',
  '\u200F\u200E\u061C',
  '\uFEFF',
  '\uD83D',
  '\uDE00',
  '\u0000\uFFFF',
  '🐘𝄞',
  'e\u0301'.repeat(50),
  '\u0300'.repeat(300),
];

const numbers = [
  '0',
  '-0',
  '-1',
  '1e999',
  '-1e999',
  'NaN',
  'Infinity',
  '9'.repeat(400),
  '9007199254740993',
  '0x10',
  '1_000',
  '٣',
  '1e-400',
  '9'.repeat(30) + 'Ei',
  '1e99',
];

const dates = [
  '2020-01-01',
  '2026-11-20',
  '2026-11-21',
  '9999-12-31',
  '0000-00-00',
  '2026-02-30',
  '+275760-09-13',
  '-271821-04-20',
  '-271821-04-20T00:00:00Z',
  '+275760-09-13T00:00:00Z',
  '-000000-01-01T00:00:00Z',
  '2020-01-01T00:00:00Z',
  '2020-01-01T00:00:00+99:99',
  '2020-01-01T25:61:61Z',
  '1970-01-01T00:00:00.000000000Z',
  '2026-11-21T12:00:00+14:00',
  '2026-W47',
  '2026-w47',
  '2026-w00',
  '2026-w54',
  'w00',
  'w05',
  'w47',
  'w53',
  'w99',
  '2026-11',
  '2026-13',
  '2026',
  '9999',
  '2026-11-20T02Z',
  '2026-11-20T99Z',
  '2026-11-20T023000Z',
  'tomorrow',
];

const zones = [
  'UTC',
  'Pacific/Kiritimati',
  'Europe/Vienna',
  '+99:99',
  '-12:34',
  'Etc/GMT+14',
  'europe/vienna',
  'Mars/Phobos',
  '../UTC',
  'UTC\0',
  'GMT+1',
];

/** What somebody might take for true, false or nothing. */
const words = [
  'true',
  'True',
  'TRUE',
  'yes',
  '1',
  'false',
  'no',
  'null',
  'undefined',
  '[]',
  '{}',
  '""',
  '-',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'daily_weekly_monthly',
  'days',
  'cronjob',
  'Retain',
  'Delete',
];

const policies = [
  'daily=14,monthly=24',
  'daily=0',
  'last=0,hourly=0,daily=0,weekly=0,monthly=0,yearly=0',
  'daily=1,daily=1',
  'daily=999999',
  'daily=-1',
  'daily=1e3',
  'dayly=1',
  '=',
  ',,,,',
  'daily=1,'.repeat(1000),
  'daily = 1 , weekly = 2',
  '__proto__=1',
  'constructor=1',
];

const json = [
  '{"hooks":[],"frozen":[],"snapshots":[".."],"groups":[]}',
  `{"hooks":[],"frozen":[],"snapshots":["../../../namespaces/${victim}"],"groups":["..\\\\.."]}`,
  `{"hooks":["${'x'.repeat(500)}"],"frozen":["\\u0000"],"snapshots":[""],"groups":["%2e%2e"]}`,
  '{"hooks":{},"frozen":{},"snapshots":{},"groups":{}}',
  '{"hooks":[1],"frozen":[null],"snapshots":[[]],"groups":[{}]}',
  '{"__proto__":{"hooks":[]}}',
  '[]',
  '"text"',
  '{',
  '['.repeat(10_000),
  '['.repeat(10_000) + ']'.repeat(10_000),
  '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000),
];

/** That turns bad expressions, or careless quoting, slow or large; each nearly as large as an annotation may be. */
const large = [
  'x'.repeat(tooLong - 1024),
  `${' '.repeat(tooLong - 1024)}x`,
  `x${'\n'.repeat(tooLong - 1024)}x`,
  '9'.repeat(tooLong - 1024),
  'a=1,'.repeat((tooLong - 1024) / 4),
  '\u202E'.repeat((tooLong - 1024) / 3),
  '\\'.repeat(tooLong - 1024),
  '/'.repeat(tooLong - 1024),
];

/** Texts by what they are aimed at, none of them large. */
export const hostileTexts: Readonly<Record<string, readonly string[]>> = {
  paths,
  control,
  numbers,
  dates,
  zones,
  words,
  policies,
  json,
  others: Object.values(honest),
};

export const largeTexts: readonly string[] = large;

const small = Object.values(hostileTexts).flat();
const piece = fc.oneof(fc.constantFrom(...small), anyText(20));

/** Any of them, several in one, or what nobody has thought of; sometimes a large one. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 60, arbitrary: fc.constantFrom(...small) },
  { weight: 20, arbitrary: fc.array(piece, { minLength: 2, maxLength: 4 }).map((all) => all.join('')) },
  { weight: 20, arbitrary: anyText(80) },
);

/** What JSON can have where a text, a list or an object belongs. */
export const wrongValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1e308, 2 ** 53, '', [], {}, [[]], [null], [{}], {
    length: 1e9,
  }),
  fc.constantFrom<unknown>(['..'], { '..': '..' }, [{ apiVersion: null }], { name: [] }, { 0: 'x' }),
  hostileText,
  fc.jsonValue({ maxDepth: 3 }),
);
