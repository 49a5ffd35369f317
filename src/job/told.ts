import type { Context } from '../context.ts';
import { hasStatus } from '../kube/error.ts';
import type { KubeObject } from '../kube/object.ts';
import { events } from '../kube/resources.ts';
import type { Run } from '../status/facts.ts';
import { sentenceOf } from '../status/line.ts';
import { readPod, readRemark } from '../status/read-runs.ts';
import { RunIndex } from '../status/run-index.ts';
import { waitingFor } from '../status/run-problems.ts';

/** A person who sits there wants to know soon. */
const patience = { start: 5_000, slowStart: 10_000 };

/** Says each thing once, however long it lasts. */
export class Told {
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
