import { posix } from 'node:path';
import type { Bounds, Format, Parsed } from './setting.ts';

const booleans = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['false', false],
  ['0', false],
  ['no', false],
]);

export const boolean: Format<boolean> = {
  usage: '[boolean]',
  choices: ['true', 'false'],
  parse(text) {
    const value = booleans.get(text.toLowerCase());
    return value === undefined ? { expected: 'true or false (also 1, 0, yes, no)' } : { value };
  },
};

export function integer(minimum: number, maximum: number, what = 'a whole number'): Format<number> {
  return {
    usage: '<number>',
    bounds: { minimum, maximum },
    parse(text) {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      return value >= minimum && value <= maximum
        ? { value }
        : { expected: `${what} from ${minimum} to ${maximum}` };
    },
  };
}

/** `more` is what to do where it is none of them. */
export function oneOf<const Choice extends string>(choices: readonly Choice[], more = ''): Format<Choice> {
  const others = choices.slice(0, -1).join(', ');
  return {
    usage: `<${choices.join('|')}>`,
    choices,
    parse(text) {
      const value = choices.find((choice) => choice === text);
      return value === undefined ? { expected: `${others} or ${choices.at(-1)}${more}` } : { value };
    },
  };
}

const durations: Bounds = { minimum: 1000, maximum: 7 * 24 * 3_600_000 };

/** `15m`, `90s`, `1h30m` -> milliseconds. The upper bound keeps every wait within what a timer can hold (24 days). */
export const duration: Format<number> = {
  usage: '<duration>',
  bounds: durations,
  parse(text) {
    const [, hours = '0', minutes = '0', seconds = '0'] =
      /^(?=\d)(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?$/.exec(text) ?? [];
    const value = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
    return value >= durations.minimum && value <= durations.maximum
      ? { value }
      : { expected: 'a duration from 1s to 168h, such as 15m, 90s or 1h30m' };
  },
};

/** A limit in milliseconds; Infinity for `none`. */
export const limitOrNone: Format<number> = {
  usage: duration.usage,
  bounds: { ...durations, words: ['none', '0'] },
  parse(text) {
    if (text === 'none' || text === '0') return { value: Number.POSITIVE_INFINITY };
    const parsed = duration.parse(text);
    return 'value' in parsed ? parsed : { expected: `${parsed.expected}, or none` };
  },
};

/** Absolute and without detours, so that what is logged and compared is the path that is used. */
function absolutePath(what: string, example: string): Format<string> {
  return {
    usage: '<path>',
    parse(text) {
      const isPlain = text.startsWith('/') && posix.normalize(text) === text && !hasControlCharacter(text);
      const isFile = !text.endsWith('/');
      return isPlain && isFile
        ? { value: text }
        : { expected: `the absolute path of ${what}, without '..' and '//', such as ${example}` };
    },
  };
}

export const filePath = (example: string) => absolutePath('a file', example);

/** One trailing slash is not a mistake for a directory. */
export function directoryPath(example: string): Format<string> {
  const path = absolutePath('a directory', example);
  return { ...path, parse: (text) => path.parse(text.replace(/(?<=.)\/$/, '')) };
}

export const host: Format<string> = {
  usage: '<host>',
  parse: (text) =>
    matching(
      text,
      /^[A-Za-z0-9_:./[\]][-A-Za-z0-9_:./[\]%]*$/,
      'a host name, an IP address or the directory of a socket',
    ),
};

export const timeZone: Format<string> = {
  usage: '<zone>',
  parse: (text) =>
    isTimeZone(text) ? { value: text } : { expected: "an IANA time zone such as 'Europe/Vienna' or 'UTC'" },
};

/** The first look into ICU's zones costs 20 ms: not for the default. */
function isTimeZone(text: string): boolean {
  if (text === 'UTC') return true;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }) instanceof Intl.DateTimeFormat;
  } catch {
    return false;
  }
}

export function matching(text: string, pattern: RegExp, expected: string): Parsed<string> {
  return pattern.test(text) ? { value: text } : { expected };
}

export function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
