import type { Context } from '../context.ts';
import { UserError } from '../core/errors.ts';
import { sentence, shown } from '../core/quoted.ts';
import { hasStatus } from '../kube/error.ts';
import type { KubeObject } from '../kube/object.ts';
import { events, jobs, pods } from '../kube/resources.ts';
import type { Run } from '../status/facts.ts';
import { sentenceOf } from '../status/line.ts';
import { readPod, readRemark, readRun } from '../status/read-runs.ts';
import { RunIndex } from '../status/run-index.ts';
import { waitingFor } from '../status/run-problems.ts';
import { containerOf, isOver, stateOf } from './followed-pod.ts';
import { followPod, type Print } from './follow-pod.ts';

const pauseMs = 1000;
/** A person who sits there wants to know soon. */
const patience = { start: 5_000, slowStart: 10_000 };

/** How a Job ended. */
export interface JobEnd {
  /** Of the container of its last pod; undefined where none has run, or where nobody knows. */
  readonly exitCode: number | undefined;
  readonly isComplete: boolean;
  /** Why it failed, in the words of its controller. */
  readonly failure: string | undefined;
}

/** Prints the logs of a Job's pods, one after the other, says what it waits for, and resolves at the Job's end. */
export async function followJob(job: KubeObject, print: Print, context: Context): Promise<JobEnd> {
  const { kube, clock, signal } = context;
  const { namespace = '', name = '', uid = '' } = job.metadata;
  const followed = new Set<string>();
  const told = new Told(context);
  let exitCode: number | undefined;
  for (;;) {
    const present = await kube.find(jobs, { namespace, name }, { signal });
    const run = present?.metadata.uid === uid ? readRun(present) : undefined;
    if (!run) {
      throw new UserError(
        'unexpected',
        `Job '${name}' in namespace '${namespace}' was deleted before its end; make another`,
      );
    }
    const own = await podsOf(run, context);
    const next = own.find(({ metadata }) => !followed.has(metadata.uid ?? ''));
    if (next && (isOver(next) || stateOf(next, containerOf(next)).is !== 'waiting')) {
      followed.add(next.metadata.uid ?? '');
      told.start(next.metadata.name ?? '');
      exitCode = await followPod(next, print, context);
      continue;
    }
    if (run.state === 'complete' || run.state === 'failed') {
      return { exitCode, isComplete: run.state === 'complete', failure: run.failure };
    }
    // After a good end, only the Job itself has to be told.
    if (exitCode !== 0) await told.waiting(run, next, followed.size);
    await clock.sleep(pauseMs, signal);
  }
}

/** The oldest first. */
async function podsOf({ namespace, name, uid }: Run, { kube, signal }: Context): Promise<KubeObject[]> {
  const labelSelector = `batch.kubernetes.io/job-name=${name}`;
  const all = await Array.fromAsync(kube.list(pods, { namespace, labelSelector, signal }));
  const timeOf = ({ metadata }: KubeObject) => metadata.creationTimestamp ?? '';
  return all
    .filter((pod) => readPod(pod)?.of === uid)
    .toSorted((one, other) => timeOf(one).localeCompare(timeOf(other)));
}

/** Says each thing once, however long it lasts. */
class Told {
  readonly #context: Context;
  #last = '';

  constructor(context: Context) {
    this.#context = context;
  }

  start(pod: string): void {
    this.#last = '';
    this.#context.log.debug({ pod }, 'the pod has started');
  }

  async waiting(run: Run, pod: KubeObject | undefined, earlier: number): Promise<void> {
    const words =
      (await this.#problem(run, pod, earlier)) ??
      (earlier > 0 ? 'Waiting for the next attempt of the Job' : 'Waiting for the pod to start');
    // How long it has lasted is in the sentence, too.
    const what = words.replaceAll(/for \d\S*/g, 'for a time');
    if (what !== this.#last) this.#context.log.info({ job: run.name }, words);
    this.#last = what;
  }

  async #problem(run: Run, pod: KubeObject | undefined, earlier: number): Promise<string | undefined> {
    const { kube, clock, signal } = this.#context;
    const runPod = pod && readPod(pod);
    // A Job that has had a pod is in a pause between two attempts.
    if (!runPod && earlier > 0) return undefined;
    const remarks = runPod ? [] : await this.#remarks(run);
    const index = new RunIndex({ runs: [run], pods: runPod ? [runPod] : [], remarks });
    const now = await kube.serverTime({ signal }).catch(() => clock.now());
    const problem = waitingFor(run, index, now.getTime(), patience);
    return problem && sentenceOf(problem);
  }

  /** Why there is no pod. */
  async #remarks({ namespace, uid }: Run) {
    const { kube, signal } = this.#context;
    try {
      const fieldSelector = `involvedObject.uid=${uid}`;
      const all = await Array.fromAsync(kube.list(events, { namespace, fieldSelector, signal }));
      return all.flatMap((event) => readRemark(event) ?? []);
    } catch (error) {
      if (!hasStatus(error, 403)) throw error;
      return [];
    }
  }
}

export function wordsOf({ failure }: JobEnd): string {
  const words = sentence(failure);
  return words === undefined ? '' : `: ${shown(words, 300)}`;
}
