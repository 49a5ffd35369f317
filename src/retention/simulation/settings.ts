import { tiers, type RetentionPolicy } from '../../snapshots/tiers.ts';
import { integer, timeZone } from '../../settings/formats.ts';
import { counts, countProblems } from '../retain/settings.ts';
import { defineSettings, type SettingsOf, type Values } from '../../settings/schema.ts';
import { flag, setting, type Format, type Setting } from '../../settings/setting.ts';
import { calendarDay, cronSchedule, datedChanges, failureRate, span, type DatedChange } from './formats.ts';
import { tierList } from '../../snapshots/tier-formats.ts';

function flagWithDefault<Value>(
  name: string,
  format: Format<Value>,
  fallback: string,
  description: string,
): Setting<Value> {
  return { name, place: 'flag', format, fallback, description, isSecret: false };
}

/** The schedules are those of the chart. */
const table = {
  schedule: flagWithDefault('schedule', cronSchedule, '30 4 * * *', 'When backups are made'),
  span: flagWithDefault('for', span, '2y', 'How long to simulate'),
  from: flag('from', calendarDay, 'The first day (default: today)'),
  failureRate: flagWithDefault(
    'failures',
    failureRate,
    '0%',
    'How many of the backups fail and leave no snapshot, such as 5% or 0.05',
  ),
  seed: flagWithDefault(
    'seed',
    integer(0, 2 ** 32 - 1),
    '1',
    'The seed that decides which of them fail: the same ones for the same seed',
  ),
  changes: flag(
    'change',
    datedChanges,
    "What changes in the policy, and on which day, such as '2027-03-01 daily=14,monthly=24'; several are separated by ';'",
  ),
  tiers: flag(
    'tiers',
    tierList,
    'The tiers that create labels, as in BAK_LABEL_VS_TIERS (default: the default of that, and the other tiers that the policy keeps)',
  ),
  ...counts,
  retainSchedule: flagWithDefault('retain-schedule', cronSchedule, '0 6 * * *', 'When retain runs'),
  markAndDeleteSchedule: flagWithDefault(
    'mark-and-delete-schedule',
    cronSchedule,
    '0 7 * * *',
    'When mark-and-delete runs',
  ),
  timeZone: setting(
    'TZ',
    timeZone,
    'UTC',
    'The time zone of the schedules, and of daily, weekly and monthly buckets',
  ),
};

/** A policy, and the day on which it begins to hold, YYYY-MM-DD. */
export interface DatedPolicy<Policy = RetentionPolicy> {
  readonly from: string;
  readonly policy: Policy;
}

/** The whole policy after each change, the earliest first. */
function policiesAfter<Policy extends Partial<RetentionPolicy>>(
  policy: Policy,
  changes: readonly DatedChange[] = [],
): DatedPolicy<Policy>[] {
  let current = policy;
  return changes.map(({ from, change }) => ({ from, policy: (current = { ...current, ...change }) }));
}

function check({ changes, ...values }: Partial<Values<typeof table>>): string[] {
  const empty = policiesAfter(values, changes).filter(({ policy }) =>
    tiers.every((tier) => policy[tier] === 0),
  );
  return [
    ...countProblems(values),
    ...empty.map(
      ({ from }) =>
        `After the change of ${from} (--change) all counts are 0, so nothing would be kept; leave one of them at 1 or more`,
    ),
  ];
}

export const simulateSettings = defineSettings({
  table,
  check,
  build: ({ last, hourly, daily, weekly, monthly, yearly, changes, ...others }) => {
    const policy: RetentionPolicy = { last, hourly, daily, weekly, monthly, yearly };
    return { ...others, policy, changes: policiesAfter(policy, changes) };
  },
});

export type SimulateSettings = SettingsOf<typeof simulateSettings>;
