import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setImmediate } from 'node:timers/promises';

const channel = 'undici:request:bodyChunkReceived';

/** Counts the bytes of answers that have reached the client of this process, since it was made. */
export class ReceivedBytes implements Disposable {
  #count = 0;
  readonly #onChunk = (message: unknown): void => {
    this.#count += (message as { chunk: Uint8Array }).chunk.byteLength;
  };

  constructor() {
    subscribe(channel, this.#onChunk);
  }

  /** Resolves when so many have come, and the client has had its turns to look at them. */
  async has(count: number): Promise<void> {
    while (this.#count < count) await setImmediate();
    for (let turn = 0; turn < 5; turn++) await setImmediate();
  }

  [Symbol.dispose](): void {
    unsubscribe(channel, this.#onChunk);
  }
}
