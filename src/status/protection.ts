import type { Due } from './schedule.ts';

/**
 * `yes`: there is a backup that is not older than the time between two runs. `late`: it is the one of the run before, and
 * the run that is due has not had its time yet. `no`: neither. `exempt`: a person has said that it wants none.
 */
export type Protection = 'yes' | 'late' | 'no' | 'exempt';

const hourMs = 60 * 60_000;

/** How long a run may take, waiting for its turn included, before its backup is missed. */
export function patience(interval: number): number {
  return Math.min(2 * hourMs, interval / 2);
}

/** From the last run that was due to the next one; undefined where the schedule does not come, or has not come yet. */
export function intervalOf({ last, next }: Due): number | undefined {
  return last === undefined || next === undefined ? undefined : next - last;
}

/** How a volume is protected by one schedule, when its newest good backup was taken then. */
export function protectionBy(due: Due | undefined, takenAt: number | undefined, now: number): Protection {
  if (!due || takenAt === undefined) return 'no';
  const interval = intervalOf(due);
  if (interval === undefined) return 'no';
  if (now - takenAt <= interval) return 'yes';
  const { last = 0, before } = due;
  return before !== undefined && takenAt >= before && now - last <= patience(interval) ? 'late' : 'no';
}

/**
 * Since when there has always been a backup that was not too old, as far as the backups that are left tell: those that
 * retention has deleted are not there to ask. `times` are of good backups, the newest first.
 */
export function protectedSince(times: readonly number[], due: Due): number | undefined {
  const interval = intervalOf(due);
  if (interval === undefined) return undefined;
  const longest = (due.longest ?? interval) + patience(interval);
  let since = times[0];
  for (const at of times.slice(1)) {
    if (since === undefined || since - at > longest) break;
    since = at;
  }
  return since;
}

const order: readonly Protection[] = ['no', 'late', 'yes'];

/** What several schedules of one volume come to: each of them has to be kept. */
export function worst(protections: readonly Protection[]): Protection {
  return order.find((one) => protections.includes(one)) ?? 'no';
}
