import type { Context } from '../context.ts';
import { quoted, sentence, shown } from '../core/quoted.ts';
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

/** A sidecar may need a moment to see that it is not wanted any more. */
const keptAliveMs = { said: 5_000, longest: 30_000 };

/** Says each thing once, however long it lasts. */
export class Told {
  readonly #context: Context;
  #last = '';
  #aliveSince: number | undefined;

  constructor(context: Context) {
    this.#context = context;
  }

  start(pod: string): void {
    this.#last = '';
    this.#aliveSince = undefined;
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

  /** True once nobody has to wait any longer for a pod that lives on after its container has ended. */
  keptAlive(job: string, pod: KubeObject, others: readonly string[]): boolean {
    const { clock, log } = this.#context;
    const { namespace = '', name = '' } = pod.metadata;
    this.#aliveSince ??= clock.monotonic();
    const lasted = clock.monotonic() - this.#aliveSince;
    const which = `${others.length === 1 ? 'container' : 'containers'} ${others.map((one) => quoted(one)).join(', ')}`;
    const words = `The container of the backup has ended, and ${which} of pod ${quoted(name)} still ${others.length === 1 ? 'runs' : 'run'}, so that the Job does not end; keep a sidecar out of these pods (podAnnotations or podLabels of the chart), or make it an init container with restartPolicy: Always`;
    if (lasted >= keptAliveMs.said && words !== this.#last) {
      this.#last = words;
      log.warn({ job }, words);
    }
    if (lasted < keptAliveMs.longest) return false;
    log.warn(
      { job },
      `The Job goes on without a backup to make; end it: kubectl -n ${namespace} delete job ${job}`,
    );
    return true;
  }

  /** What came after the backup, such as the deadline of a Job that a sidecar has kept from its end. */
  failedAfterGoodEnd({ name, failure }: Run): void {
    const words = sentence(failure);
    this.#context.log.warn(
      { job: name },
      `The backup is complete, and its Job failed all the same${words === undefined ? '' : `: ${shown(words, 300)}`}`,
    );
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
