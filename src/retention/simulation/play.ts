import type { DatedPolicy } from './settings.ts';
import type { RetentionPolicy } from '../../snapshots/tiers.ts';
import type { CalendarDay } from './days.ts';
import { greatestGap, type Gap } from './gap.ts';
import { seededFractions } from './random.ts';
import type { SimulatedVolume } from './simulated-volume.ts';
import type { Step } from './steps.ts';

export interface Course {
  readonly days: readonly (CalendarDay & { readonly steps: readonly Step[] })[];
  /** The first holds from the first day on; the earliest first. */
  readonly policies: readonly DatedPolicy[];
  /** 0 <= rate <= 1 */
  readonly failureRate: number;
  readonly seed: number;
}

/** How a day went, and what there is at its end. */
export interface PlayedDay {
  readonly date: string;
  readonly runs: number;
  /** Of these runs. */
  readonly failed: number;
  /** How many snapshots there were at any one time of the day, at the most. */
  readonly most: number;
  readonly kept: number;
  /** When they were made, in milliseconds since 1970. */
  readonly oldest: number | undefined;
  readonly newest: number | undefined;
  /** Between two neighbours, or since the newest. */
  readonly gap: Gap | undefined;
}

/** Plays the days on the volume, one after the other. A backup that fails leaves no snapshot. */
export function* play(course: Course, volume: SimulatedVolume): Generator<PlayedDay> {
  const fraction = seededFractions(course.seed);
  for (const { date, end, steps } of course.days) {
    const policy = policyOn(date, course.policies);
    const day = { date, runs: 0, failed: 0, most: volume.count };
    for (const { at, does } of steps) {
      const now = new Date(at);
      if (does === 'retain') volume.retain(policy, now);
      else if (does === 'mark and delete') volume.markAndDelete(now);
      else {
        day.runs += 1;
        if (fraction() < course.failureRate) day.failed += 1;
        else volume.backUp(now);
        day.most = Math.max(day.most, volume.count);
      }
    }
    yield { ...day, ...leftOf(volume, end) };
  }
}

function policyOn(date: string, policies: readonly DatedPolicy[]): RetentionPolicy {
  const current = policies.findLast(({ from }) => from <= date);
  if (!current) throw new Error(`No policy holds on ${date}`);
  return current.policy;
}

function leftOf(volume: SimulatedVolume, now: number) {
  const times = volume.present.map(({ madeAt }) => madeAt);
  const gap = greatestGap(times.length === 0 ? [] : [...times, now]);
  return { kept: times.length, oldest: times[0], newest: times.at(-1), gap };
}
