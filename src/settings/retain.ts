import { boolean, integer, matching, timeZone } from './formats.ts';
import { namespaceList } from './kubernetes-formats.ts';
import { defineSettings, type SettingsOf, type Values } from './schema.ts';
import { optionalSetting, setting, type Format } from './setting.ts';

const planName: Format<string> = {
  usage: '<plan>',
  parse: (text) => matching(text, /^[0-9a-f]{16}$/, 'the plan of a dry run, sixteen digits of 0-9 and a-f'),
};

function last(tier: string, noun: string, fallback: string) {
  const description = `How many ${noun} keep a snapshot, the newest ones; 0 keeps none of this tier`;
  return setting(`RETAIN_LAST_${tier}`, integer(0, 100_000), fallback, description);
}

const table = {
  daily: last('DAILY', 'days', '7'),
  weekly: last('WEEKLY', 'weeks', '4'),
  monthly: last('MONTHLY', 'months', '12'),
  namespaces: optionalSetting(
    'RETAIN_NAMESPACES',
    namespaceList,
    'The namespaces whose snapshots are looked at (default: all)',
  ),
  expectedPlan: optionalSetting(
    'RETAIN_EXPECT_PLAN',
    planName,
    'Change only what this plan of an earlier dry run says; nothing when the plan is another one now',
  ),
  dryRun: setting(
    'RETAIN_DRY_RUN',
    boolean,
    'false',
    'Say which labels would be taken off, and why, but change nothing',
  ),
  timeZone: setting('TZ', timeZone, 'UTC', 'The time zone of daily, weekly and monthly buckets'),
};

function check({ daily, weekly, monthly }: Partial<Values<typeof table>>): string[] {
  if (daily !== 0 || weekly !== 0 || monthly !== 0) return [];
  return [
    'RETAIN_LAST_DAILY, RETAIN_LAST_WEEKLY and RETAIN_LAST_MONTHLY are all 0, so nothing would be kept; set one of them to 1 or more',
  ];
}

export const retainSettings = defineSettings({
  table,
  check,
  build: ({ daily, weekly, monthly, ...others }) => ({ policy: { daily, weekly, monthly }, ...others }),
});

export type RetainSettings = SettingsOf<typeof retainSettings>;
