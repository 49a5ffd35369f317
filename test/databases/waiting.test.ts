import { describe, expect, it } from 'vitest';
import { parseWait, WaitReports, waitedWords, waitWords } from '../../src/databases/waiting.ts';

const line = (...fields: (string | number)[]) => fields.join('\t');
const words = (...fields: (string | number)[]) => {
  const wait = parseWait(line(...fields));
  return wait && waitWords(wait);
};

describe('what a dump waits for', () => {
  it.each([
    [
      [301, 'table', 'public.t', 'session', 4711, 'shop', 'psql', '10.0.0.1', 'idle in transaction', 720, 0],
      "a lock on table 'public.t', held by session 4711 of user 'shop' (application 'psql', from 10.0.0.1, idle in transaction, its transaction open for 12m0s)",
    ],
    [
      [1, 'table', 't', 'perhaps', 7, 'root', '', '', '', '', 2],
      "a lock on table 't', perhaps held by session 7 of user 'root', and by 2 more",
    ],
    [
      [1, 'object', 'transactionid', 'prepared', 0, '', '', '', '', '', 0],
      "a lock on something of kind 'transactionid', held by a prepared transaction, see pg_prepared_xacts",
    ],
    [
      [1, 'table', 't', 'unknown', '', '', '', '', '', '', 0],
      "a lock on table 't', held by a session that the server does not name",
    ],
    [
      [1, 'table', 't', 'unknown', '', '', '', '', '', '', 12],
      "a lock on table 't', held by one of 12 other sessions, of which the server does not say which",
    ],
    [[1, 'table', 't'], "a lock on table 't', held by a session that the server does not name"],
    [
      [1, 'table', 'a\u001B[31m', 'session', '1\u001B', 'u\u202E', '', '', '\u0007', '-1', 'x'],
      String.raw`a lock on table 'a\u{1b}[31m', held by session 1\u{1b} of user 'u\u{202e}' (\u{7})`,
    ],
  ])('is told by %j', (fields, said) => {
    expect(words(...fields)).toBe(said);
  });

  it.each(['', 'x', '-1\ttable\tt', '9999999999\ttable\tt'])('is nothing in %j', (text) => {
    expect(parseWait(text)).toBeUndefined();
  });

  it('is shown no longer than one reads it', () => {
    const long = 'x'.repeat(100_000);
    const said = words(1, long, long, 'session', long, long, long, long, long, 1, 0);
    expect(said?.length).toBeLessThan(800);
  });

  it('is the reason of a dump that is given up, as far as it is known', () => {
    expect(waitedWords({ unansweredSeconds: 300 }, 'LIMIT')).toBe(
      'the dump has not grown for 5m0s, and the server does not answer who holds it up, longer than LIMIT allows; look at what the server does, or set LIMIT to more',
    );
  });
});

it('a wait is reported at once, each minute, and when it is another', () => {
  const reports = new WaitReports();
  const [one, other] = ['1\ttable\tt\tsession\t1', '1\ttable\tt\tsession\t2'].map(parseWait);
  if (!one || !other) throw new Error('they cannot be read');
  expect([0, 59_000, 60_000, 61_000].map((at) => reports.isDue(one, at))).toEqual([true, false, true, false]);
  expect(reports.isDue(other, 62_000)).toBe(true);
  expect([reports.end(), reports.end()]).toEqual([true, false]);
  expect(reports.isDue(other, 63_000)).toBe(true);
});
