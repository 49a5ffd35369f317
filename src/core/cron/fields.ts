/** When a schedule comes, by the clocks on a wall. */
export interface CronFields {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly daysOfMonth: ReadonlySet<number>;
  /** 1 is January. */
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly daysOfWeek: ReadonlySet<number>;
  /** One of the two fields of days is a `*`: both must match then, otherwise one of them. */
  readonly anyDay: boolean;
}

interface Bounds {
  readonly from: number;
  readonly to: number;
  /** In the order of their numbers, the first one that of `from`. */
  readonly names?: readonly string[];
}

const minute: Bounds = { from: 0, to: 59 };
const hour: Bounds = { from: 0, to: 23 };
const dayOfMonth: Bounds = { from: 1, to: 31 };
const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const month: Bounds = { from: 1, to: 12, names: monthNames };
const dayOfWeek: Bounds = { from: 0, to: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] };

const descriptors = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

/**
 * Reads a schedule as the CronJob controller does (https://github.com/robfig/cron/blob/v3.0.1/parser.go, ParseStandard),
 * without `@every`, which is not of the clock, and `TZ=`, which CronJobs refuse. Throws TypeError when it is none.
 */
export function cronFields(schedule: string): CronFields {
  const fields = (descriptors.get(schedule) ?? schedule).trim().split(/\s+/);
  const [minutes = '', hours = '', days = '', months = '', weekdays = ''] = fields;
  if (fields.length !== 5) throw new TypeError(`'${schedule}' has not five fields`);
  const [daysOfMonth, daysOfWeek] = [field(days, dayOfMonth), field(weekdays, dayOfWeek)];
  return {
    minutes: field(minutes, minute).numbers,
    hours: field(hours, hour).numbers,
    daysOfMonth: daysOfMonth.numbers,
    months: field(months, month).numbers,
    daysOfWeek: daysOfWeek.numbers,
    anyDay: daysOfMonth.isAny || daysOfWeek.isAny,
  };
}

interface Field {
  readonly numbers: ReadonlySet<number>;
  readonly isAny: boolean;
}

function field(text: string, bounds: Bounds): Field {
  const ranges = text
    .split(',')
    .filter((range) => range !== '')
    .map((range) => rangeOf(range, bounds));
  return {
    numbers: new Set(ranges.flatMap(({ numbers }) => [...numbers])),
    isAny: ranges.some(({ isAny }) => isAny),
  };
}

/** `*`, `?`, `5`, `1-5`, each with `/step`; `5/15` goes on to the end. */
function rangeOf(text: string, bounds: Bounds): Field {
  const [range = '', steps, ...moreSteps] = text.split('/');
  const [low = '', high, ...more] = range.split('-');
  const isStar = low === '*' || low === '?';
  const step = steps === undefined ? 1 : wholeNumber(steps);
  const from = isStar ? bounds.from : numberOf(low, bounds);
  const last = high === undefined ? from : numberOf(high, bounds);
  const to = isStar || (high === undefined && steps !== undefined) ? bounds.to : last;
  const isRange = from >= bounds.from && to <= bounds.to && from <= to && step > 0;
  if (!isRange || moreSteps.length > 0 || more.length > (isStar ? Infinity : 0))
    throw new TypeError(`'${text}' is no range from ${bounds.from} to ${bounds.to}`);
  const numbers = new Set<number>();
  for (let number = from; number <= to; number += step) numbers.add(number);
  return { numbers, isAny: isStar && step === 1 };
}

function numberOf(text: string, { from, names = [] }: Bounds): number {
  const named = names.indexOf(text.toLowerCase());
  return named === -1 ? wholeNumber(text) : from + named;
}

function wholeNumber(text: string): number {
  if (!/^\+?\d{1,9}$/.test(text)) throw new TypeError(`'${text}' is not a number`);
  return Number(text);
}
