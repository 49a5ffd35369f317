import type { Context } from '../../context.ts';
import { UserError } from '../../core/errors.ts';
import type { DatedPolicy, SimulateSettings } from './settings.ts';
import { calendarDate } from '../../snapshots/buckets.ts';
import { ordinaryTiers, tiers, type Tier } from '../../snapshots/tiers.ts';
import { collect } from './collect.ts';
import { daysOf, type CalendarDay } from './days.ts';
import { notesOn } from './notes.ts';
import { play } from './play.ts';
import { factsOf } from './report.ts';
import type { SimulationResult } from './result.ts';
import { SimulatedVolume } from './simulated-volume.ts';
import { countAbove, stepsByDay, timesOf, type Period, type Step } from './steps.ts';

type Means = Pick<Context, 'clock' | 'signal'>;

/**
 * Plays `create`, `retain` and `mark-and-delete` on a volume that is not there, by the plans that they follow on a cluster.
 * Throws UserError 'settings'.
 */
export async function simulate(settings: SimulateSettings, context: Means): Promise<SimulationResult> {
  const { timeZone, failureRate, seed, schedule, retainSchedule, markAndDeleteSchedule } = settings;
  const from = settings.from ?? calendarDate(context.clock.now(), timeZone);
  const days = daysOf(from, settings.span, timeZone);
  const period = periodOf(days);
  requireWithin(settings.changes, period);
  const policies = [{ from, policy: settings.policy }, ...settings.changes];
  const labelled = settings.tiers ?? labelledFor(policies);
  const volume = new SimulatedVolume(timeZone, labelled);
  const steps = await stepsOf(settings, period, context);
  const course = { days: stepsByDay(days, steps), policies, failureRate, seed };
  const played = await collect(play(course, volume), daysAtOnce, context);
  const facts = factsOf({ days: played, lives: volume.lives, end: period.end, policies, timeZone });
  return {
    from,
    until: period.until,
    timeZone,
    schedule,
    retainSchedule,
    markAndDeleteSchedule,
    tiers: labelled,
    failureRate,
    seed,
    policies,
    ...facts,
    notes: notesOn({ settings, perTier: facts.perTier, labelled, policies, days }),
  };
}

/** Some milliseconds of work. */
const daysAtOnce = 30;
const timesAtOnce = 1000;

const maximumRuns = 200_000;

/** The first day and the last one. */
interface Dates {
  readonly from: string;
  readonly until: string;
}

function periodOf(days: readonly CalendarDay[]): Dates & Period {
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) throw new Error('A simulation has no days');
  return { from: first.date, until: last.date, start: first.start, end: last.end };
}

function requireWithin(changes: readonly DatedPolicy[], { from, until }: Dates): void {
  const outside = changes.filter((change) => change.from < from || change.from > until);
  if (outside.length === 0) return;
  throw new UserError(
    'settings',
    `The change of ${outside.map((change) => change.from).join(', ')} (--change) is outside the simulation, which goes from ${from} to ${until}; choose a day within, or another --from or --for`,
  );
}

/** What create labels unless it is told otherwise, and what the policy keeps besides. */
function labelledFor(policies: readonly DatedPolicy[]): Tier[] {
  return tiers.filter(
    (tier) => ordinaryTiers.includes(tier) || policies.some(({ policy }) => policy[tier] > 0),
  );
}

async function stepsOf(settings: SimulateSettings, period: Dates & Period, context: Means): Promise<Step[]> {
  return [
    ...(await timed('back up', 'schedule', settings.schedule)),
    ...(await timed('retain', 'retain-schedule', settings.retainSchedule)),
    ...(await timed('mark and delete', 'mark-and-delete-schedule', settings.markAndDeleteSchedule)),
  ];

  async function timed(does: Step['does'], flag: string, cron: string): Promise<Step[]> {
    requireFew(flag, cron, settings.timeZone, period);
    const times = timesOf(cron, settings.timeZone, period);
    return await collect(
      times.map((at) => ({ at, does })),
      timesAtOnce,
      context,
    );
  }
}

function requireFew(flag: string, cron: string, timeZone: string, period: Dates & Period): void {
  const count = countAbove(maximumRuns, cron, timeZone, period);
  if (count === undefined) return;
  throw new UserError(
    'settings',
    `--${flag} is '${cron}', which comes about ${count} times from ${period.from} to ${period.until}, and no more than ${maximumRuns} are simulated; choose a rarer one, or a shorter time with --for`,
  );
}
