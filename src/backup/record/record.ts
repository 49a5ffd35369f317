import { type Ending, type Outcome, endingOf } from './ending.ts';
import { type Involved, endingEvent } from './event.ts';
import { pushMetrics } from './push.ts';
import type { BackupRequest } from '../request.ts';
import type { BackupResult } from '../result.ts';
import type { CreateSettings } from '../settings/create.ts';
import type { Context } from '../../context.ts';
import { messageOf } from '../../core/errors.ts';
import { freshDeadline } from '../../kube/deadline.ts';
import type { Abortable, Reader } from '../../kube/kube.ts';
import { isDnsSubdomain } from '../../kube/names.ts';
import type { KubeObject, OwnerReference } from '../../kube/object.ts';
import { events, jobs, pods } from '../../kube/resources.ts';

const limitMilliseconds = 10_000;

/**
 * Runs a backup and tells of its end, where people and alerts look: an event on the Job and the CronJob of our pod, and
 * metrics. Neither of them decides over the backup: what cannot be told is a warning.
 */
export async function recorded(
  namespace: string,
  { settings, withNames }: Pick<BackupRequest, 'settings' | 'withNames'>,
  context: Context,
  backUp: () => Promise<BackupResult>,
): Promise<BackupResult> {
  const { clock } = context;
  const start = clock.monotonic();
  const tell = (outcome: Outcome): Promise<void> => {
    const seconds = Math.round(clock.monotonic() - start) / 1000;
    const run = { namespace, pvcs: settings.pvcs, at: clock.now(), seconds };
    const ending = endingOf(run, outcome);
    const problem = ending.problem && withNames(ending.problem);
    return record({ ...ending, problem }, settings, context);
  };
  try {
    const result = await backUp();
    await tell({ result });
    return result;
  } catch (error) {
    await tell({ error, stopped: context.signal.reason });
    throw error;
  }
}

/** Of a backup that has not begun, as its settings are refused: the event alone, for they do not say where metrics go. Never rejects. */
export async function recordRefused(
  error: unknown,
  { pod, namespace }: { readonly pod: string; readonly namespace: string | undefined },
  context: Context,
): Promise<void> {
  using deadline = freshDeadline(context.clock, limitMilliseconds);
  const run = {
    namespace: namespace ?? context.kube.namespace,
    pvcs: [],
    at: context.clock.now(),
    seconds: 0,
  };
  const ending = endingOf(run, { error, stopped: undefined });
  try {
    await writeEvents(ending, pod, { ...context, signal: deadline.signal });
  } catch (failure) {
    const reason = messageOf(deadline.signal.aborted ? deadline.signal.reason : failure);
    context.log.warn({ namespace: run.namespace, reason }, 'the event of this backup could not be written');
  }
}

/** On a signal of its own: a backup that was stopped has ended, too. Never rejects. */
async function record(ending: Ending, settings: CreateSettings, context: Context): Promise<void> {
  const { clock, log } = context;
  using deadline = freshDeadline(clock, limitMilliseconds);
  const { signal } = deadline;
  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      const reason = messageOf(signal.aborted ? signal.reason : error);
      log.warn(
        { namespace: ending.namespace, reason },
        `${what} could not be written, the backup is as it is`,
      );
    }
  };
  const { metrics, labels } = settings;
  await Promise.all([
    labels.pod &&
      attempt('the event of this backup', () => writeEvents(ending, labels.pod!, { ...context, signal })),
    metrics && attempt('the metrics of this backup', () => pushMetrics(ending, metrics, signal)),
  ]);
}

/** In our own namespace, which need not be the one that is backed up. */
async function writeEvents(ending: Ending, pod: string, { kube, random, signal }: Context): Promise<void> {
  const involved = await findInvolved(kube.namespace, pod, { kube, signal });
  const suffix = random.id(16);
  await Promise.all(
    involved.map((object) => kube.create(events, endingEvent(ending, object, suffix), { signal })),
  );
}

/** The Job that a pod belongs to, and the CronJob that the Job was made from, as far as there are such. Throws KubeError. */
export async function findInvolved(
  namespace: string,
  podName: string,
  { kube, signal }: Abortable & { readonly kube: Reader },
): Promise<readonly Involved[]> {
  const pod = await kube.find(pods, { namespace, name: podName }, { signal });
  const job = pod && ownerOf(pod, 'Job');
  if (!job) return [];
  const found = await kube.find(jobs, { namespace, name: job.name }, { signal });
  const cronJob = found?.metadata.uid === job.uid ? ownerOf(found, 'CronJob') : undefined;
  return cronJob ? [job, cronJob] : [job];
}

/** The controller of an object, if it is of that kind. Whoever may write the object may write any owner into it: one that can be none is left out. */
export function ownerOf({ metadata }: KubeObject, kind: string): Involved | undefined {
  const { ownerReferences = [], namespace = '' } = metadata;
  const owner = ownerReferences.find(
    (reference) => reference.controller === true && reference.kind === kind && isOfBatch(reference),
  );
  return owner && { apiVersion: owner.apiVersion, kind, namespace, name: owner.name, uid: owner.uid };
}

function isOfBatch({ apiVersion, name }: OwnerReference): boolean {
  const { group, version } = jobs;
  return apiVersion === `${group}/${version}` && isDnsSubdomain(name);
}
