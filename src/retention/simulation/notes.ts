import type { DatedPolicy, SimulateSettings } from '../../settings/simulate.ts';
import { calendarDate } from '../../snapshots/buckets.ts';
import { ordinaryTiers, tiers, type Tier } from '../../tiers.ts';
import type { TierFacts } from './result.ts';
import { skippedByClocks, type Step } from './steps.ts';

export interface Setup {
  readonly settings: SimulateSettings;
  readonly perTier: readonly TierFacts[];
  /** Those that backups are labelled with. */
  readonly labelled: readonly Tier[];
  readonly policies: readonly DatedPolicy[];
  readonly steps: readonly Step[];
}

/** What a person should know of the cluster that would behave so, one sentence each. */
export function notesOn(setup: Setup): string[] {
  return [...clockNotes(setup), ...labelNotes(setup), ...countNotes(setup)];
}

function clockNotes({ settings: { schedule, timeZone }, steps }: Setup): string[] {
  const times = steps.filter(({ does }) => does === 'back up').map(({ at }) => at);
  const dates = skippedByClocks(schedule, timeZone, times).map((time) =>
    calendarDate(new Date(time), timeZone),
  );
  if (dates.length === 0) return [];
  return [
    `The clocks of ${timeZone} skip '${schedule}' on ${dates.join(', ')}: here that backup comes right after, but a CronJob leaves it out, so choose another hour`,
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
    notes.push(
      `create gives ${others.join(' and ')} labels only with BAK_LABEL_VS_TIERS=${labelled.join(',')}`,
    );
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
