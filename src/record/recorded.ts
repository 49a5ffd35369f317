import { endingOf, type Ending, type Outcome } from './ending.ts';
import { eventAbout, type Saying } from './event.ts';
import { findInvolved } from './involved.ts';
import { metricsText } from './metrics.ts';
import { pushMetrics } from './push.ts';
import type { Report } from './report.ts';
import type { RecordSettings } from './settings.ts';
import type { Context } from '../context.ts';
import { messageOf } from '../core/errors.ts';
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

/**
 * Of a run that has not begun, as its settings are refused: the event alone, for they do not say where metrics go. Never
 * rejects.
 */
export async function recordRefused<Result extends object>(
  error: unknown,
  { report, pod }: { readonly report: Report<Result>; readonly pod: string },
  context: Context,
): Promise<void> {
  const ending = endingOf<Result>({ at: context.clock.now(), seconds: 0 }, { error, stopped: undefined });
  await record(ending, { report, settings: { pod, metrics: undefined } }, context);
}

/** On a signal of its own: a run that was stopped has ended, too. Never rejects. */
async function record<Result>(
  ending: Ending<Result>,
  { report, settings, withNames = (sentence) => sentence }: RecordedRun<Result>,
  context: Context,
): Promise<void> {
  const { clock, log } = context;
  using deadline = freshDeadline(clock, limitMilliseconds);
  const { signal } = deadline;
  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      const reason = messageOf(signal.aborted ? signal.reason : error);
      const { namespace } = report.group;
      log.warn(
        { ...(namespace && { namespace }), reason },
        `${what} of this ${report.what} could not be written, the ${report.what} is as it is`,
      );
    }
  };
  const { pod, metrics } = settings;
  const saying = report.event(ending);
  await Promise.all([
    pod !== undefined &&
      attempt('the event', () =>
        writeEvents({ ...saying, message: withNames(saying.message) }, ending.at, pod, {
          ...context,
          signal,
        }),
      ),
    metrics &&
      attempt('the metrics', () =>
        pushMetrics(metricsText(report.metrics(ending)), report.group, metrics, signal),
      ),
  ]);
}

/** In our own namespace, which need not be the one that the run is about. */
async function writeEvents(
  saying: Saying,
  at: Date,
  pod: string,
  { kube, random, signal }: Context,
): Promise<void> {
  const involved = await findInvolved(kube.namespace, pod, { kube, signal });
  const suffix = random.id(16);
  await Promise.all(
    involved.map((object) => kube.create(events, eventAbout(object, saying, at, suffix), { signal })),
  );
}
