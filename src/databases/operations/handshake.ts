import { Writable } from 'node:stream';
import { shellSays } from '../scripts/shell.ts';

/**
 * What stands between the script of a shell and who called it: keeps all back that it says before it is `open`, and tells
 * when it is `ready` for what nobody shall see.
 */
export class Handshake extends Writable {
  readonly #screen: Writable;
  readonly #ready = Promise.withResolvers<void>();
  readonly #open = Promise.withResolvers<void>();
  #held: Buffer | undefined = Buffer.alloc(0);
  #words: string[] = [];

  constructor(screen: Writable) {
    super();
    this.#screen = screen;
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get open(): Promise<void> {
    return this.#open.promise;
  }

  /** What it said instead of opening, on one line; '' once it is open. */
  get words(): string {
    if (this.#held === undefined) return '';
    return [...this.#words, this.#held.toString().trim()].filter(Boolean).join('; ');
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    const rest = this.#held === undefined ? chunk : this.#takeLines(Buffer.concat([this.#held, chunk]));
    if (rest.length === 0) return done();
    this.#screen.write(rest, (error) => done(error));
  }

  /** Returns what the person may see. */
  #takeLines(bytes: Buffer): Buffer {
    let rest = bytes;
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      const line = rest.toString('utf8', 0, end).trim();
      rest = rest.subarray(end + 1);
      if (line === shellSays.open) return this.#opened(rest);
      if (line === shellSays.ready) this.#ready.resolve();
      else if (line !== '') this.#words.push(line);
    }
    this.#held = Buffer.from(rest);
    return Buffer.alloc(0);
  }

  #opened(rest: Buffer): Buffer {
    this.#held = undefined;
    this.#open.resolve();
    return rest;
  }
}
