import { expect, it } from 'vitest';
import { harmless, harmlessJson, harmlessLine, paint } from '../../src/core/terminal-text.ts';

it('what would steer a terminal is replaced, and all other text stays as it is', () => {
  const escapes = '\u001B[2Jcleared\u0007 \u009B31m \u007F';
  expect(harmless(escapes)).toBe('\uFFFD[2Jcleared\uFFFD \uFFFD31m \uFFFD');
  expect(harmless('\u202Edetrevni\u202C, \u2066alone\u2069')).toBe('\uFFFDdetrevni\uFFFD, \uFFFDalone\uFFFD');
  expect(harmless('a\u200Fb\u200Ec\u061Cd\u2028e')).toBe('a\uFFFDb\uFFFDc\uFFFDd\uFFFDe');
  expect(harmless('Käse 漢字 🙂\nשלום')).toBe('Käse 漢字 🙂\nשלום');
});

it('on one line, line breaks and tabs are spaces', () => {
  expect(harmlessLine('rpc error:\r\n\tno space\u001B[0m')).toBe('rpc error: no space\uFFFD[0m');
});

it('JSON says what such a character is instead of having it, and nothing of it is lost', () => {
  const value = { text: 'a\u202Eb\u009Bc\u007Fd\u200Fe\u2028f\u001Bg', other: 'Käse 🙂' };
  const json = harmlessJson(JSON.stringify(value));
  expect(JSON.parse(json)).toEqual(value);
  expect(json).toBe(harmless(json));
  expect(json).toContain(String.raw`a\u202eb\u009bc`);
  expect(json).toContain('Käse 🙂');
});

it('nothing is painted where there is no text or no colour', () => {
  expect(paint('gone', 'red')).toBe('\u001B[31mgone\u001B[0m');
  expect(paint('', 'red')).toBe('');
  expect(paint('gone', undefined)).toBe('gone');
});
