import { endingOf, type Ending, type Outcome } from './ending.ts';
import { eventAbout, type Saying } from './event.ts';
import { cronJobInName, findOwners, type Involved, type Owners } from './involved.ts';
import { metricsText } from './metrics.ts';
import { pushMetrics } from './push.ts';
import type { Report } from './report.ts';
import type { MetricsSettings, RecordSettings } from './settings.ts';
import type { Context } from '../context.ts';
import { messageOf } from '../core/errors.ts';
import type { Clock } from '../core/system.ts';
import { explained } from '../kube/explain-failure.ts';
import { freshDeadline } from '../kube/deadline.ts';
import { events } from '../kube/resources.ts';

const limitMilliseconds = 10_000;

export interface RecordedRun<Result> {
  readonly report: Report<Result>;
  readonly settings: RecordSettings;
  /** Puts the names that its reader knows settings by into a sentence (see `withSettingNames`). */
  readonly withNames?: ((sentence: string) => string) | undefined;
}

/**
 * Runs the work and tells of its end, where people and alerts look: an event on the Job and the CronJob of our pod, and
 * metrics. Neither of them decides over the work: what cannot be told is a warning.
 */
export async function recorded<Result extends object>(
  run: RecordedRun<Result>,
  context: Context,
  work: () => Promise<Result>,
): Promise<Result> {
  const { clock } = context;
  const start = clock.monotonic();
  const tell = (outcome: Outcome<Result>): Promise<void> => {
    const seconds = Math.round(clock.monotonic() - start) / 1000;
    return record(endingOf({ at: clock.now(), seconds }, outcome), run, context);
  };
  try {
    const result = await work();
    await tell({ result });
    return result;
  } catch (failure) {
    const error = explained(failure);
    await tell({ error, stopped: context.signal.reason });
    throw error;
  }
}

/** Of a run that has not begun, as its settings are refused; `settings` are those that can be read all the same. Never rejects. */
export async function recordRefused<Result extends object>(
  error: unknown,
  run: RecordedRun<Result>,
  context: Context,
): Promise<void> {
  const ending = endingOf<Result>({ at: context.clock.now(), seconds: 0 }, { error, stopped: undefined });
  await record(ending, run, context);
}

/** On a signal of its own: a run that was stopped has ended, too. Never rejects. */
async function record<Result>(
  ending: Ending<Result>,
  { report, settings, withNames = (sentence) => sentence }: RecordedRun<Result>,
  context: Context,
): Promise<void> {
  const { kube, clock, log } = context;
  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      const { namespace } = report.group;
      log.warn(
        { ...(namespace && { namespace }), reason: messageOf(error) },
        `${what} of this ${report.what} could not be written, the ${report.what} is as it is`,
      );
    }
  };
  const { pod, metrics } = settings;
  const saying = report.event(ending);
  await within(clock, async (signal) => {
    const owners =
      pod === undefined ? Promise.resolve(nobody) : findOwners(kube.namespace, pod, { kube, signal });
    const cronJob = owners.then(
      (found) => found.cronJob,
      // The metrics of one CronJob are one group, whether the API server answers or not.
      () => cronJobInName(pod ?? ''),
    );
    await Promise.all([
      pod !== undefined &&
        attempt('the event', async () => {
          const { involved } = await orReason(owners, signal);
          const told = { ...saying, message: withNames(saying.message) };
          await orReason(writeEvents(told, ending.at, involved, { ...context, signal }), signal);
        }),
      metrics &&
        attempt('the metrics', async () => {
          const name = await cronJob;
          await within(clock, (own) => orReason(push(ending, report, name, metrics, own), own));
        }),
    ]);
  });
}

const nobody: Owners = { involved: [], cronJob: undefined };

/** A deadline of its own for what may not keep a run from its end. */
async function within<Result>(clock: Clock, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  using deadline = freshDeadline(clock, limitMilliseconds);
  return await work(deadline.signal);
}

async function orReason<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}

/** Those of a CronJob are one group, whatever it is about: its next run replaces all that this one says. */
async function push<Result>(
  ending: Ending<Result>,
  report: Report<Result>,
  cronjob: string | undefined,
  settings: MetricsSettings,
  signal: AbortSignal,
): Promise<void> {
  const { what, group, about } = report;
  const metrics = report.metrics(ending);
  if (cronjob !== undefined)
    return await pushMetrics(metricsText(metrics, about), { ...group, cronjob }, settings, signal);
  if (!about) throw new Error(`its settings are refused, and no CronJob is known that this ${what} is of`);
  await pushMetrics(metricsText(metrics), { ...group, ...about }, settings, signal);
}

/** In our own namespace, which need not be the one that the run is about. */
async function writeEvents(
  saying: Saying,
  at: Date,
  involved: readonly Involved[],
  { kube, random, signal }: Context,
): Promise<void> {
  const suffix = random.id(16);
  await Promise.all(
    involved.map((object) => kube.create(events, eventAbout(object, saying, at, suffix), { signal })),
  );
}
