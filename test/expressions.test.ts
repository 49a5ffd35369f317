import { globSync, readFileSync } from 'node:fs';
import { createContext, Script } from 'node:vm';
import { describe, expect, test } from 'vitest';

/** As large as an annotation may be, and half of it: a square of that takes a minute, a straight line a millisecond. */
const length = 128 * 1024;
/** Of a machine that has a lot else to do. */
const limitMilliseconds = 1000;
const attempts = 3;

interface Found {
  readonly where: string;
  readonly source: string;
  readonly flags: string;
}

/**
 * A regular expression stands where a value may: behind a bracket, an operator, a comma or a keyword. In this house none is
 * written over several lines.
 */
const literal =
  /(?:^|[=(,:;!&|?{}[\n+]|\breturn|=>)[ \t]*\/((?![*/ ])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/([dgimsuvy]*)/g;

function expressionsOf(file: string): Found[] {
  const code = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => !/^\s*(?:\*|\/\*|\/\/)/.test(line))
    .join('\n');
  return [...code.matchAll(literal)].map(([, source = '', flags = '']) => ({ where: file, source, flags }));
}

/** Pieces that its own parts match, which is what keeps a bad one busy, and such as end a match at the last moment. */
function piecesOf({ source }: Found): string[] {
  const classes: readonly (readonly [string, string])[] = [
    ['\\s', ' '],
    ['\\d', '0'],
    ['\\w', 'a'],
    ['\\p{', '\u202E'],
  ];
  const ofClasses = classes.filter(([name]) => source.includes(name)).map(([, piece]) => piece);
  const plain = source.replaceAll(/\\[bBdDwWsSpPkx]|[\^$()[\]{}|?*+\\]/g, '\n').split('\n');
  const words = plain.filter((word) => word !== '');
  const pairs = words.slice(1).map((word, index) => `${words[index] ?? ''}${word}`);
  const whole = words.join('');
  const singles = [...new Set(Array.from(whole))];
  return [
    ...new Set([
      ' ',
      '\n',
      '\t',
      '0',
      'a',
      'A',
      '.',
      '-',
      '"',
      "'",
      '\\',
      '/',
      ' \n',
      ...ofClasses,
      ...singles,
      ...words,
      ...pairs,
      whole,
    ]),
  ].filter((piece) => piece !== '');
}

const context = createContext({ text: '', expression: / / });
const search = new Script(`for (const end of ['', '!', '\\u0000\\n']) (text + end).search(expression);`);

/** Whether it is done in time with one of them, again and again, whatever follows. */
function isQuick({ source, flags }: Found, piece: string, timeout = limitMilliseconds): boolean {
  const text = piece.repeat(Math.ceil(length / piece.length));
  Object.assign(context, { text, expression: new RegExp(source, flags) });
  for (let attempt = 1; ; attempt++) {
    try {
      search.runInContext(context, { timeout });
      return true;
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      if (attempt === attempts) return false;
    }
  }
}

const all = globSync('src/**/*.ts').flatMap(expressionsOf);
const found = [...new Map(all.map((one) => [`/${one.source}/${one.flags}`, one]))];

describe('a regular expression of the source', { timeout: 60_000 }, () => {
  test('is found wherever it is', () => {
    expect(found.length).toBeGreaterThan(60);
    for (const [, { source, flags }] of found) expect(() => new RegExp(source, flags)).not.toThrow();
  });

  test.each(found)('%s is done with 128 KiB of what it likes best', (_, one) => {
    expect(piecesOf(one).filter((piece) => !isQuick(one, piece))).toEqual([]);
  });

  test('is told apart from one that takes the square of the time', () => {
    const slow = { where: '', source: '\\s+$', flags: '' };
    expect(isQuick(slow, ' ', 200)).toBe(false);
  });
});
