import { CronSchedule } from '../../core/cron/cron-schedule.ts';
import { cronFields } from '../../core/cron/fields.ts';
import type { RetentionPolicy } from '../../snapshots/tiers.ts';
import type { Format, Parsed } from '../../settings/setting.ts';
import { policyChange } from '../../snapshots/tier-formats.ts';

export const cronSchedule: Format<string> = {
  usage: '<cron>',
  parse: (text) =>
    comes(text) ? { value: text } : { expected: "a schedule as a CronJob has it, such as '30 4 * * *'" },
};

/** The 30th of February never does. */
function comes(schedule: string): boolean {
  try {
    return new CronSchedule(cronFields(schedule), 'UTC').next(0) !== undefined;
  } catch {
    return false;
  }
}

export const calendarDay: Format<string> = {
  usage: '<date>',
  parse: (text) =>
    isDay(text) ? { value: text } : { expected: 'a day from 2000-01-01 to 2199-12-31, as YYYY-MM-DD' },
};

function isDay(text: string): boolean {
  if (!/^2[01]\d\d-\d\d-\d\d$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** A length of time on the calendar. */
export interface Span {
  readonly amount: number;
  readonly unit: 'days' | 'weeks' | 'months' | 'years';
}

const units = new Map<string, { readonly unit: Span['unit']; readonly maximum: number }>([
  ['d', { unit: 'days', maximum: 7305 }],
  ['w', { unit: 'weeks', maximum: 1043 }],
  ['m', { unit: 'months', maximum: 240 }],
  ['y', { unit: 'years', maximum: 20 }],
]);

export const span: Format<Span> = {
  usage: '<span>',
  parse(text) {
    const [, digits, letter = ''] = /^([1-9]\d{0,3})([dwmy])$/.exec(text) ?? [];
    const { unit, maximum = 0 } = units.get(letter) ?? {};
    const amount = Number(digits);
    return unit !== undefined && amount <= maximum
      ? { value: { amount, unit } }
      : { expected: 'days, weeks, months or years, at most 20 years, such as 30d, 26w, 18m or 2y' };
  },
};

/** 0 <= rate <= 1 */
export const failureRate: Format<number> = {
  usage: '<rate>',
  parse(text) {
    const [, number, percent] = /^(\d{1,3}(?:\.\d{1,6})?)(%?)$/.exec(text) ?? [];
    const value = Number(number) / (percent ? 100 : 1);
    return value <= 1 ? { value } : { expected: 'a part of all backups, such as 5% or 0.05' };
  },
};

export interface DatedChange {
  /** YYYY-MM-DD */
  readonly from: string;
  readonly change: Partial<RetentionPolicy>;
}

/** `2027-03-01 daily=14,monthly=24; 2028-01-01 yearly=5`, the earliest first. */
export const datedChanges: Format<readonly DatedChange[]> = {
  usage: '<changes>',
  parse(text) {
    const parsed = text.split(';').map(datedChange);
    const wrong = parsed.find((one) => 'expected' in one);
    if (wrong) return wrong;
    const changes = parsed.flatMap((one) => ('value' in one ? [one.value] : []));
    const days = new Set(changes.map(({ from }) => from));
    if (days.size < changes.length) return { expected: 'what changes on each day, each day once' };
    return { value: changes.toSorted((one, other) => (one.from < other.from ? -1 : 1)) };
  },
};

function datedChange(text: string): Parsed<DatedChange> {
  const [, from = '', counts = ''] = /^\s*(\S+)\s+(\S.*)$/s.exec(text) ?? [];
  if (!isDay(from)) {
    const form = "a day and what changes on it, such as '2027-03-01 daily=14,monthly=24'";
    return { expected: `${form}, with ';' between several; '${text.trim()}' is not` };
  }
  const change = policyChange.parse(counts);
  if ('expected' in change) return { expected: `a day and what changes on it, ${change.expected}` };
  return { value: { from, change: change.value } };
}
