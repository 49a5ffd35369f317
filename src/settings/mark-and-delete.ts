import { boolean, duration, integer, timeZone } from './formats.ts';
import { namespaceList } from './kubernetes-formats.ts';
import { defineSettings, type SettingsOf, type Values } from './schema.ts';
import { optionalSetting, setting, type Format } from './setting.ts';

/** A pause may be none. */
const pause: Format<number> = {
  ...duration,
  parse: (text) => (/^0s?$/.test(text) ? { value: 0 } : duration.parse(text)),
};

const table = {
  namespaces: optionalSetting(
    'MARK_AND_DELETE_NAMESPACES',
    namespaceList,
    'The namespaces whose snapshots are looked at (default: all)',
  ),
  markOnly: setting(
    'MARK_AND_DELETE_MARK_ONLY',
    boolean,
    'false',
    'Give dates to snapshots, but delete none',
  ),
  sweepOnly: setting(
    'MARK_AND_DELETE_SWEEP_ONLY',
    boolean,
    'false',
    'Delete snapshots whose date is past, but give no dates',
  ),
  pause: setting('MARK_AND_DELETE_PAUSE', pause, '5s', 'How long to wait between two deletions'),
  maxDeletions: setting(
    'MARK_AND_DELETE_MAX_DELETIONS',
    integer(1, 1_000_000),
    '1000',
    'How many snapshots one run deletes at the most',
  ),
  deadline: optionalSetting(
    'MARK_AND_DELETE_DEADLINE',
    duration,
    'Stop deleting after this long, and say how many are left (default: no limit)',
  ),
  dryRun: setting(
    'MARK_AND_DELETE_DRY_RUN',
    boolean,
    'false',
    'Say what would be marked and deleted, and why, but change nothing',
  ),
  timeZone: setting('TZ', timeZone, 'UTC', 'The time zone in which a day begins and ends'),
};

function check({ markOnly, sweepOnly }: Partial<Values<typeof table>>): string[] {
  if (!markOnly || !sweepOnly) return [];
  return [
    'MARK_AND_DELETE_MARK_ONLY and MARK_AND_DELETE_SWEEP_ONLY are both true, so nothing would be done; set one of them to false',
  ];
}

export const markAndDeleteSettings = defineSettings({
  table,
  check,
  build: ({ markOnly, sweepOnly, pause: pauseMilliseconds, deadline, ...others }) => ({
    ...others,
    marks: !sweepOnly,
    sweeps: !markOnly,
    pauseMilliseconds,
    deadlineMilliseconds: deadline,
  }),
});

export type MarkAndDeleteSettings = SettingsOf<typeof markAndDeleteSettings>;
