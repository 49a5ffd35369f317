import { quoted, shown } from '../core/quoted.ts';
import type { Run } from './facts.ts';
import type { Problem } from './line.ts';
import type { Made } from './made.ts';
import { intervalOf } from './protection.ts';
import { iso, lasting, problem } from './run-words.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** How long the controller may take to start what is due. */
export const startMs = 10 * minuteMs;

/** What of a Job that has a pod: that no other starts before its end, or that it takes much longer than it did. */
export function stillRuns(run: Run, made: Made, runs: readonly Run[], now: number): Problem | undefined {
  const missed = missedTime(made, runs, now);
  const { namespace, name } = run;
  const todo = `see what it does: kubectl -n ${shown(namespace)} logs job/${shown(name)}; if it hangs, end it: kubectl -n ${shown(namespace)} delete job ${shown(name)}`;
  if (missed !== undefined && made.job.isExclusive && run === runs[0]) {
    const what = `has run since ${iso(run.madeAt)}, and before its end CronJob ${quoted(made.job.name)} starts no other, so the run of ${iso(missed)} was not started`;
    return problem(run, what, todo);
  }
  const earlier = runs.flatMap(({ tookMs }) => tookMs ?? []);
  if (now - run.madeAt <= limitOf(made, earlier)) return undefined;
  const longest =
    earlier.length === 0
      ? ''
      : `, of the earlier ones none for more than ${lasting(now - Math.max(...earlier), now)}`;
  return problem(run, `has run for ${lasting(run.madeAt, now)}${longest}`, todo);
}

/** How long nobody is astonished. Without a run before it, until the next one is due. */
function limitOf({ due }: Made, earlier: readonly number[]): number {
  const interval = Math.min((due && intervalOf(due)) ?? dayMs, dayMs);
  const longest = Math.max(...earlier);
  const usual = earlier.length === 0 ? interval : Math.max(3 * longest, longest + 30 * minuteMs);
  return Math.max(startMs, Math.min(interval, usual));
}

/** When a run was due that has never become a Job. */
export function missedTime({ job, due }: Made, runs: readonly Run[], now: number): number | undefined {
  const { isSuspended, lastScheduledAt, madeAt } = job;
  const last = due?.last;
  if (isSuspended || last === undefined || last <= madeAt || now - last < startMs) return undefined;
  if (lastScheduledAt !== undefined && lastScheduledAt >= last) return undefined;
  // Its time may have passed when the schedule was another one; then there is a Job that began since.
  return runs.some((run) => run.madeAt >= last) ? undefined : last;
}
