import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  matchesLabels,
  parseLabelSelector,
  selectorFromObject,
} from '../../../../scripts/sandbox/selectors/label-selector.ts';
import { SelectorError } from '../../../../scripts/sandbox/selectors/selector-error.ts';

const shop = { app: 'shop', tier: 'db', empty: '', 'example.com/size': '12' };

test.each([
  ['', true],
  [' \t\n', true],
  ['app', true],
  ['!app', false],
  ['! canary', true],
  ['app=shop', true],
  ['app==shop', true],
  ['app = shop', true],
  ['app=', false],
  ['empty=', true],
  ['empty', true],
  ['missing=', false],
  ['app!=shop', false],
  ['app!=bank', true],
  ['missing!=shop', true],
  ['missing!=', true],
  ['app in (bank, shop)', true],
  ['app in (bank)', false],
  ['missing in (shop)', false],
  ['empty in ()', true],
  ['empty in (,x)', true],
  ['empty in (x,,y)', true],
  ['empty in (x)', false],
  ['app notin (bank,blog)', true],
  ['app notin (shop)', false],
  ['missing notin (shop)', true],
  ['app=shop,tier=db', true],
  ['app=shop,tier=web', false],
  ['app,!canary,tier in (db)', true],
  ['example.com/size>11', true],
  ['example.com/size>12', false],
  ['example.com/size<13', true],
  ['app>1', false],
  ['in in (in,notin)', false],
  ['constructor', false],
  ['!toString', true],
])("'%s' on the labels of a database: %s", (text, expected) => {
  expect(matchesLabels(parseLabelSelector(text), shop)).toBe(expected);
});

test('an object without labels has none of them', () => {
  expect(matchesLabels(parseLabelSelector('!app,tier!=db'), undefined)).toBe(true);
  expect(matchesLabels(parseLabelSelector('app'), undefined)).toBe(false);
});

const valueShape =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const keyShape =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

// The messages are those of k8s.io/apimachinery v0.36.3, recorded.
test.each([
  [',', "found ',', expected: !, identifier, or 'end of string'"],
  ['a,', "found '', expected: identifier after ','"],
  ['a,,b', "found ',', expected: identifier after ','"],
  ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
  ['a=b c', "found 'c', expected: ',' or 'end of string'"],
  ['!a=b', "found '=', expected: ',' or 'end of string'"],
  ['!', "unable to parse requirement: found '', expected: identifier"],
  ['a=(b', "unable to parse requirement: found '(', expected: identifier"],
  ['a in b', "unable to parse requirement: found 'b' expected: '('"],
  ['a in (', "unable to parse requirement: found '', expected: ',', ')' or identifier"],
  ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
  ['a in (b,', "unable to parse requirement: found '', expected: ',', or identifier"],
  ['a in (b c)', "unable to parse requirement: found 'c', expected: ',' or ')'"],
  ['a=-b', `unable to parse requirement: values[0][a]: Invalid value: "-b": ${valueShape}`],
  ['-a=b', `unable to parse requirement: <nil>: Invalid value: "-a": ${keyShape}`],
  [
    `a=${'b'.repeat(64)}`,
    `unable to parse requirement: values[0][a]: Invalid value: "${'b'.repeat(64)}": must be no more than 63 bytes`,
  ],
  ['/a', 'unable to parse requirement: <nil>: Invalid value: "/a": prefix part must be non-empty'],
  [
    'a>b',
    "unable to parse requirement: values[0]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be an integer",
  ],
])("'%s' is refused in the API server's words", (text, message) => {
  expect(() => parseLabelSelector(text)).toThrow(new SelectorError(message));
});

describe('a selector object', () => {
  test.each([
    [{}, true],
    [{ matchLabels: { app: 'shop' } }, true],
    [{ matchLabels: { app: 'shop', tier: 'web' } }, false],
    [{ matchExpressions: [{ key: 'tier', operator: 'In', values: ['web', 'db'] }] }, true],
    [{ matchExpressions: [{ key: 'canary', operator: 'NotIn', values: ['yes'] }] }, true],
    [{ matchExpressions: [{ key: 'canary', operator: 'Exists' }] }, false],
    [{ matchLabels: { app: 'shop' }, matchExpressions: [{ key: 'canary', operator: 'DoesNotExist' }] }, true],
  ])('%j joins its conditions with "and"', (selector, expected) => {
    expect(matchesLabels(selectorFromObject(selector), shop)).toBe(expected);
  });

  test('with an operator or a set of values that makes no sense is refused', () => {
    expect(() => selectorFromObject({ matchExpressions: [{ key: 'a', operator: 'in' }] })).toThrow(
      new SelectorError('"in" is not a valid label selector operator'),
    );
    expect(() => selectorFromObject({ matchExpressions: [{ key: 'a', operator: 'In' }] })).toThrow(
      new SelectorError(
        "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty",
      ),
    );
  });
});

const word = fc.constantFrom('a', 'b', 'c', 'in', 'notin', 'x-1', 'x_y.z');
const labels = fc.dictionary(word, fc.oneof(word, fc.constant('')), { noNullPrototype: true });
const words = fc.array(word, { minLength: 1, maxLength: 3 });

test('a condition and its negation never agree', () => {
  const pairs = fc.oneof(
    word.map((key) => [key, `!${key}`] as const),
    fc.tuple(word, word).map(([key, value]) => [`${key}=${value}`, `${key}!=${value}`] as const),
    fc
      .tuple(word, words)
      .map(([key, values]) => [`${key} in (${values.join()})`, `${key} notin (${values.join()})`] as const),
  );
  fc.assert(
    fc.property(pairs, labels, ([condition, negation], object) => {
      const isMatch = matchesLabels(parseLabelSelector(condition), object);
      expect(matchesLabels(parseLabelSelector(negation), object)).toBe(!isMatch);
    }),
  );
});

test('a text that is not a selector throws nothing but a SelectorError', () => {
  const fragment = fc.constantFrom(
    'a',
    'b/c',
    'in',
    'notin',
    '(',
    ')',
    ',',
    '=',
    '!',
    '<',
    '>',
    ' ',
    '-',
    '',
  );
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 12 }), (fragments) => {
      expect(errorOf(() => parseLabelSelector(fragments.join('')))).toSatisfy(
        (error) => error === undefined || error instanceof SelectorError,
      );
    }),
  );
});

function errorOf(action: () => unknown): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error;
  }
}
