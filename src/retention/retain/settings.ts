import { tiers, type Tier } from '../../snapshots/tiers.ts';
import { boolean, integer, matching, timeZone } from '../../settings/formats.ts';
import { scopeOf, scopeProblems, scopeTable } from '../../snapshots/bulk/scope-settings.ts';
import { defineSettings, type SettingsOf, type Values } from '../../settings/schema.ts';
import { optionalSetting, setting, type Format, type Setting } from '../../settings/setting.ts';
import { buildRecord, recordTable } from '../../record/settings.ts';
import { yesFlag } from '../../settings/yes.ts';
import { maximumCount } from '../../snapshots/tier-formats.ts';

const planName: Format<string> = {
  usage: '<plan>',
  parse: (text) => matching(text, /^[0-9a-f]{16}$/, 'the plan of a dry run, sixteen digits of 0-9 and a-f'),
};

const installName: Format<string> = {
  usage: '<name>',
  parse: (text) =>
    matching(
      text,
      /^[A-Za-z0-9][-A-Za-z0-9._/]{0,127}$/,
      "a name of at most 128 letters, digits, '-', '.', '_' and '/', which begins with a letter or digit",
    ),
};

function keep(variable: string, nouns: string, fallback: string) {
  const description = `How many of the newest ${nouns} keep a snapshot; 0 keeps none of this tier`;
  return setting(variable, integer(0, maximumCount), fallback, description);
}

/** The tiers are those that `create` has labelled: BAK_LABEL_VS_TIERS. */
export const counts = {
  last: setting(
    'RETAIN_KEEP_LAST',
    integer(0, maximumCount),
    '0',
    'How many of the newest backups are kept, whenever they were made; needs the tier `last` in BAK_LABEL_VS_TIERS',
  ),
  hourly: keep('RETAIN_LAST_HOURLY', 'hours', '0'),
  daily: keep('RETAIN_LAST_DAILY', 'days', '7'),
  weekly: keep('RETAIN_LAST_WEEKLY', 'weeks', '4'),
  monthly: keep('RETAIN_LAST_MONTHLY', 'months', '12'),
  yearly: keep('RETAIN_LAST_YEARLY', 'years', '0'),
} satisfies Record<Tier, Setting<number>>;

const table = {
  ...counts,
  ...scopeTable('RETAIN'),
  yes: yesFlag,
  name: optionalSetting(
    'RETAIN_NAME',
    installName,
    'The name of this install in the traces that it leaves on snapshots, by which installs with different policies notice each other (default: its namespace)',
  ),
  expectedPlan: optionalSetting(
    'RETAIN_EXPECT_PLAN',
    planName,
    'Change only what this plan of an earlier dry run says; change nothing if the plan is another one now',
  ),
  dryRun: setting(
    'RETAIN_DRY_RUN',
    boolean,
    'false',
    'Say which labels would be taken off, and why, but change nothing',
  ),
  timeZone: setting('TZ', timeZone, 'UTC', 'The time zone of daily, weekly and monthly buckets'),
  ...recordTable('RETAIN'),
};

export function countProblems(values: Partial<Values<typeof counts>>): string[] {
  if (tiers.some((tier) => values[tier] !== 0)) return [];
  return [
    'RETAIN_KEEP_LAST and RETAIN_LAST_HOURLY to RETAIN_LAST_YEARLY are all 0, so nothing would be kept; set one of them to 1 or more',
  ];
}

export const retainSettings = defineSettings({
  table,
  check: (values, typed) => [...scopeProblems('RETAIN', values, typed), ...countProblems(values)],
  build: ({ last, hourly, daily, weekly, monthly, yearly, ...others }) => ({
    policy: { last, hourly, daily, weekly, monthly, yearly },
    name: others.name,
    expectedPlan: others.expectedPlan,
    dryRun: others.dryRun,
    timeZone: others.timeZone,
    yes: others.yes ?? false,
    ...scopeOf(others),
    record: buildRecord(others),
  }),
});

export type RetainSettings = SettingsOf<typeof retainSettings>;
