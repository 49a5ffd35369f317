import { Writable } from 'node:stream';

/** Takes `bytesPerSecond`, as a slow disk or uplink does, and counts what it took. */
export class SlowSink extends Writable {
  readonly #bytesPerSecond: number;
  #start: number | undefined;
  bytes = 0;

  constructor(bytesPerSecond: number) {
    super();
    this.#bytesPerSecond = bytesPerSecond;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#start ??= performance.now();
    this.bytes += chunk.length;
    const due = this.#start + (this.bytes / this.#bytesPerSecond) * 1000;
    setTimeout(done, Math.max(0, due - performance.now()));
  }
}
