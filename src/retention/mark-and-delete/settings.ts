import { boolean, duration, integer, timeZone } from '../../settings/formats.ts';
import { defineSettings, type SettingsOf, type Values } from '../../settings/schema.ts';
import { scopeOf, scopeProblems, scopeTable } from '../../snapshots/bulk/scope-settings.ts';
import { buildRecord, recordTable } from '../../record/settings.ts';
import { yesFlag } from '../../settings/yes.ts';
import { optionalSetting, setting, type Format } from '../../settings/setting.ts';

/** A pause may be none. */
const noPause = ['0', '0s'];
const pause: Format<number> = {
  ...duration,
  ...(duration.bounds && { bounds: { ...duration.bounds, words: noPause } }),
  parse: (text) => (noPause.includes(text) ? { value: 0 } : duration.parse(text)),
};

const table = {
  ...scopeTable('MARK_AND_DELETE'),
  yes: yesFlag,
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
    'Delete snapshots whose date has passed, but give no dates',
  ),
  grace: setting(
    'MARK_AND_DELETE_GRACE',
    duration,
    '22h',
    'How long a marked snapshot stays at least, whatever its date means in the time zones of two installs',
  ),
  pause: setting('MARK_AND_DELETE_PAUSE', pause, '5s', 'How long to wait between two deletions'),
  maxDeletions: setting(
    'MARK_AND_DELETE_MAX_DELETIONS',
    integer(1, 1_000_000),
    '1000',
    'How many snapshots one run deletes at most',
  ),
  deadline: optionalSetting(
    'MARK_AND_DELETE_DEADLINE',
    duration,
    'Stop deleting after this time, and say how many are left (default: no limit)',
  ),
  dryRun: setting(
    'MARK_AND_DELETE_DRY_RUN',
    boolean,
    'false',
    'Say what would be marked and deleted, and why, but change nothing',
  ),
  timeZone: setting('TZ', timeZone, 'UTC', 'The time zone in which a day begins and ends'),
  ...recordTable('MARK_AND_DELETE'),
};

function check(values: Partial<Values<typeof table>>, typed: ReadonlySet<string>): string[] {
  const { markOnly, sweepOnly, pause: pauseLength = 0, deadline = Infinity } = values;
  const problems = scopeProblems('MARK_AND_DELETE', values, typed);
  if (markOnly && sweepOnly) {
    problems.push(
      'MARK_AND_DELETE_MARK_ONLY and MARK_AND_DELETE_SWEEP_ONLY are both true, so nothing would be done; set one of them to false',
    );
  }
  if (pauseLength >= deadline) {
    problems.push(
      'MARK_AND_DELETE_PAUSE is not shorter than MARK_AND_DELETE_DEADLINE, so nothing would ever be deleted; shorten the pause',
    );
  }
  return problems;
}

export const markAndDeleteSettings = defineSettings({
  table,
  check,
  build: ({
    markOnly,
    sweepOnly,
    grace: graceMilliseconds,
    pause: pauseMilliseconds,
    deadline,
    maxDeletions,
    dryRun,
    timeZone,
    yes,
    ...others
  }) => ({
    maxDeletions,
    dryRun,
    timeZone,
    yes: yes ?? false,
    ...scopeOf(others),
    record: buildRecord(others),
    marks: !sweepOnly,
    sweeps: !markOnly,
    graceMilliseconds,
    pauseMilliseconds,
    deadlineMilliseconds: deadline,
  }),
});

export type MarkAndDeleteSettings = SettingsOf<typeof markAndDeleteSettings>;
