import type { Context } from '../context.ts';
import { UserError } from '../core/errors.ts';
import { sentence, shown } from '../core/quoted.ts';
import type { KubeObject } from '../kube/object.ts';
import { jobs, pods } from '../kube/resources.ts';
import { readPod, readRun } from '../status/read-runs.ts';
import { containerOf, isOver, keptAliveBy, stateOf } from './followed-pod.ts';
import { followPod, type Print } from './follow-pod.ts';
import { Told } from './told.ts';

const pauseMs = 1000;

/** How a Job ended. */
export interface JobEnd {
  /** Of the container of its last pod; undefined where none has run, or where nobody knows. */
  readonly exitCode: number | undefined;
  readonly isComplete: boolean;
  /** Why it failed, in the words of its controller. */
  readonly failure: string | undefined;
  /** The Job was deleted before it said how it ended: the end is that of its container. */
  readonly isGone?: true;
}

/**
 * Prints the logs of a Job's pods, one after the other, says what it waits for, and resolves at the Job's end. One that is gone then,
 * as with a short `ttlSecondsAfterFinished`, or that a sidecar keeps from its end, has ended as its container did. Throws UserError
 * where nobody knows how.
 */
export async function followJob(job: KubeObject, print: Print, context: Context): Promise<JobEnd> {
  const { kube, clock, signal } = context;
  const { namespace = '', name = '', uid = '' } = job.metadata;
  const followed = new Set<string>();
  const told = new Told(context);
  let exitCode: number | undefined;
  /** With restartPolicy OnFailure, the container is started again in its pod. */
  let isRestarted = false;
  for (;;) {
    const present = await kube.find(jobs, { namespace, name }, { signal });
    const run = present?.metadata.uid === uid ? readRun(stillThere(present)) : undefined;
    const isGone = !run || present?.metadata.deletionTimestamp !== undefined;
    const own = await podsOf(job, context);
    const next = own.find(({ metadata }) => !followed.has(metadata.uid ?? ''));
    if (next && (isOver(next) || stateOf(next, containerOf(next)).is !== 'waiting')) {
      followed.add(next.metadata.uid ?? '');
      told.start(next.metadata.name ?? '');
      exitCode = await followPod(next, print, context);
      continue;
    }
    const last = next ? undefined : own.at(-1);
    if (last) {
      const state = stateOf(last, containerOf(last));
      isRestarted = state.is !== 'ended' && !isOver(last);
      if (state.is === 'ended') ({ exitCode } = state);
    }
    if (run && (run.state === 'complete' || run.state === 'failed')) {
      const isComplete = run.state === 'complete' || exitCode === 0;
      if (run.state === 'failed' && isComplete) told.failedAfterGoodEnd(run);
      return { exitCode, isComplete, failure: run.failure };
    }
    if (isGone) return endWithoutJob(isRestarted ? undefined : exitCode, namespace, name);
    const others = last ? keptAliveBy(last) : [];
    if (last && others.length > 0) {
      const ended = { exitCode, isComplete: exitCode === 0, failure: undefined };
      if (told.keptAlive(name, last, others)) return ended;
    }
    // After a good end, only the Job itself has to be told.
    else if (exitCode !== 0) await told.waiting(run, next, followed.size);
    await clock.sleep(pauseMs, signal);
  }
}

/** One that is being deleted says how it ended all the same. */
function stillThere(job: KubeObject): KubeObject {
  const { deletionTimestamp: _, ...metadata } = job.metadata;
  return { ...job, metadata };
}

function endWithoutJob(exitCode: number | undefined, namespace: string, name: string): JobEnd {
  if (exitCode !== undefined)
    return { exitCode, isComplete: exitCode === 0, failure: undefined, isGone: true };
  throw new UserError(
    'unexpected',
    `Job '${name}' in namespace '${namespace}' was deleted, and nothing is known of its end; see whether it has made its backup: backup-ns list -n ${namespace}, or make another`,
  );
}

/** The oldest first; also those of a Job that is gone. */
async function podsOf({ metadata }: KubeObject, { kube, signal }: Context): Promise<KubeObject[]> {
  const { namespace = '', name = '', uid } = metadata;
  const labelSelector = `batch.kubernetes.io/job-name=${name}`;
  const all = await Array.fromAsync(kube.list(pods, { namespace, labelSelector, signal }));
  const timeOf = (pod: KubeObject) => pod.metadata.creationTimestamp ?? '';
  return all
    .filter((pod) => readPod(pod)?.of === uid)
    .toSorted((one, other) => timeOf(one).localeCompare(timeOf(other)));
}

export function wordsOf({ failure }: JobEnd): string {
  const words = sentence(failure);
  return words === undefined ? '' : `: ${shown(words, 300)}`;
}
