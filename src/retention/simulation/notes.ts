import type { DatedPolicy, SimulateSettings } from './settings.ts';
import { ordinaryTiers, tiers, type Tier } from '../../snapshots/tiers.ts';
import type { CalendarDay } from './days.ts';
import type { TierFacts } from './result.ts';
import { clockChanges } from './steps.ts';

export interface Setup {
  readonly settings: SimulateSettings;
  readonly perTier: readonly TierFacts[];
  /** Those that backups are labelled with. */
  readonly labelled: readonly Tier[];
  readonly policies: readonly DatedPolicy[];
  readonly days: readonly CalendarDay[];
}

/** What a person should know of the cluster that would behave so, one sentence each. */
export function notesOn(setup: Setup): string[] {
  return [...clockNotes(setup), ...labelNotes(setup), ...countNotes(setup)];
}

function clockNotes({ settings: { schedule, timeZone }, days }: Setup): string[] {
  const { skipped, repeated } = clockChanges(schedule, timeZone, days);
  const note = (verb: string, dates: readonly string[], makes: string) =>
    dates.length === 0
      ? []
      : [
          `The clocks of ${timeZone} ${verb} '${schedule}' on ${dates.join(', ')}: a CronJob ${makes} then, so choose another hour`,
        ];
  return [
    ...note('skip', skipped, 'makes no backup'),
    ...note('repeat', repeated, 'makes that backup twice'),
  ];
}

function labelNotes({ labelled, policies }: Setup): string[] {
  const unlabelled = tiers.filter(
    (tier) => !labelled.includes(tier) && policies.some(({ policy }) => policy[tier] > 0),
  );
  const others = labelled.filter((tier) => !ordinaryTiers.includes(tier));
  const notes: string[] = [];
  if (unlabelled.length > 0)
    notes.push(
      `The policy keeps ${unlabelled.join(' and ')} snapshots, but no backup is labelled so; add them to --tiers`,
    );
  if (others.length > 0)
    notes.push(`create gives ${others.join(' and ')} labels only with ⟪labelTiers⟫=${labelled.join(',')}`);
  return notes;
}

function countNotes({ perTier, settings: { retainSchedule } }: Setup): string[] {
  const above = perTier.filter(({ count, keeps }) => count > keeps);
  const last = above.filter(({ count, keeps }) => keeps === 0 && count === 1);
  const more = above.filter((one) => !last.includes(one)).map(({ tier }) => tier);
  const notes = last.map(
    ({ tier }) =>
      `There is a ${tier} snapshot, of which the policy keeps none: the newest backup never loses its last label`,
  );
  if (more.length > 0)
    notes.push(
      `There are more ${more.join(' and ')} snapshots than the policy keeps, as retain runs only at '${retainSchedule}' (--retain-schedule)`,
    );
  return notes;
}
