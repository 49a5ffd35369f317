import type { Writable } from 'node:stream';

export interface SinkEvents {
  /** The sink is full: nothing more until `onDrain`. */
  onFull(): void;
  onDrain(): void;
  onError(error: Error): void;
}

/** One output of an exec: hands chunks to a Writable at its own pace, and knows when all of them were accepted. */
export class Sink {
  readonly #writable: Writable | undefined;
  readonly #events: SinkEvents;
  readonly #onError = (error: Error): void => this.#events.onError(error);
  readonly #onClose = (): void =>
    this.#events.onError(new Error('the sink was closed before the output ended'));
  #pending = 0;
  #isFull = false;
  #onFlushed: (() => void) | undefined;

  constructor(writable: Writable | undefined, events: SinkEvents) {
    this.#writable = writable;
    this.#events = events;
    if (writable?.destroyed) queueMicrotask(this.#onClose);
    writable?.on('error', this.#onError);
    writable?.on('close', this.#onClose);
  }

  write(chunk: Buffer): void {
    if (this.#writable === undefined || chunk.length === 0) return;
    this.#pending++;
    const hasRoom = this.#writable.write(chunk, () => this.#written());
    if (hasRoom || this.#isFull) return;
    this.#isFull = true;
    this.#events.onFull();
    this.#writable.once('drain', () => {
      this.#isFull = false;
      this.#events.onDrain();
    });
  }

  /** Resolves when the Writable has accepted everything; never, when it fails instead (see `onError`). */
  flushed(): Promise<void> {
    if (this.#pending === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onFlushed = resolve;
    });
  }

  /** Stop listening: what the sink does from now on is its owner's matter. */
  release(): void {
    this.#writable?.off('close', this.#onClose);
    if (this.#pending === 0) this.#writable?.off('error', this.#onError);
  }

  #written(): void {
    this.#pending--;
    if (this.#pending === 0) this.#onFlushed?.();
  }
}
