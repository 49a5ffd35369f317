import type { ReadStream, WriteStream } from 'node:tty';
import { CancelledError } from '../../core/errors.ts';
import type { TerminalSize, Tty } from '../../kube/kube.ts';

/**
 * The terminal of a person as a program in the distance wants it: every key is passed on as it is pressed, Ctrl-C too,
 * until this is disposed of and the terminal is as it was. Node puts it back by itself when the process is ended by a
 * signal or an error in between.
 */
export class Screen implements Tty, Disposable {
  readonly keys: ReadStream;
  readonly output: WriteStream;
  readonly #gone = new AbortController();
  readonly #onHangUp = (): void => this.#gone.abort(new CancelledError('The terminal was closed'));

  constructor(keys: ReadStream, output: WriteStream) {
    this.keys = keys;
    this.output = output;
    keys.setRawMode(true);
    // A terminal that is closed ends the keys, or breaks them off, and by default this process, too early to clean up.
    process.on('SIGHUP', this.#onHangUp);
    for (const event of ['end', 'error']) keys.on(event, this.#onHangUp);
  }

  /** Aborted when the window is closed. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  size(): TerminalSize {
    const { columns, rows } = this.output;
    return { columns, rows };
  }

  onResize(listener: () => void): () => void {
    this.output.on('resize', listener);
    return () => void this.output.off('resize', listener);
  }

  [Symbol.dispose](): void {
    process.off('SIGHUP', this.#onHangUp);
    this.keys.off('end', this.#onHangUp);
    // Not of errors: what a closed terminal still has to say must not be fatal.
    if (!this.keys.destroyed) this.keys.setRawMode(false);
    this.keys.pause();
  }
}
