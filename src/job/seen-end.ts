import type { Context } from '../context.ts';
import { messageOf } from '../core/errors.ts';
import type { KubeObject } from '../kube/object.ts';
import { pods } from '../kube/resources.ts';
import { stateOf } from './followed-pod.ts';

/** How far a watch may be behind what a look has found. */
const lagMs = 2000;

/**
 * The end of a container, also where its pod is deleted right after it, as with a Job whose `ttlSecondsAfterFinished` is 0: a watch
 * is told of each state, where a look comes too late. Who may not watch goes without.
 */
export class SeenEnd implements AsyncDisposable {
  readonly #context: Context;
  readonly #stop = new AbortController();
  readonly #watching: Promise<void>;
  #exitCode: number | undefined;

  constructor(pod: KubeObject, container: string, context: Context) {
    this.#context = context;
    this.#watching = this.#watch(pod, container);
  }

  /** Of a pod that is not there any more; undefined where nobody has seen how it ended. */
  async ofDeleted(): Promise<number | undefined> {
    const { clock } = this.#context;
    void clock.sleep(lagMs, this.#stop.signal).then(
      () => this.#stop.abort(),
      () => {},
    );
    await this.#watching;
    return this.#exitCode;
  }

  async #watch({ metadata }: KubeObject, container: string): Promise<void> {
    const { kube, log, signal } = this.#context;
    const { namespace = '', name = '', uid } = metadata;
    const selection = { namespace, fieldSelector: `metadata.name=${name}` };
    const either = AbortSignal.any([signal, this.#stop.signal]);
    try {
      for await (const event of kube.watch(pods, { ...selection, signal: either })) {
        if (event.type === 'BOOKMARK' || event.object.metadata.uid !== uid) continue;
        const state = stateOf(event.object, container);
        if (state.is === 'ended') this.#exitCode = state.exitCode;
        if (event.type === 'DELETED') return;
      }
    } catch (error) {
      if (!either.aborted) log.debug({ pod: name, reason: messageOf(error) }, 'the pod cannot be watched');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#watching;
  }
}
