import type { Context } from '../../context.ts';
import { humanBytes } from '../../core/human-bytes.ts';
import type { Terminal } from '../../cli/terminal/terminal.ts';

const everyMilliseconds = 500;

/** Shows on a terminal how far a transfer is, until it is disposed of. */
export class Progress implements Disposable {
  /** Bytes in all, once they are known. */
  total: number | undefined;
  readonly #terminal: Terminal;
  readonly #stop = new AbortController();

  constructor(what: string, soFar: () => number, terminal: Terminal, context: Pick<Context, 'clock'>) {
    this.#terminal = terminal;
    void this.#show(what, soFar, context);
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
    this.#terminal.progress('');
  }

  async #show(what: string, soFar: () => number, { clock }: Pick<Context, 'clock'>): Promise<void> {
    const start = clock.monotonic();
    try {
      for (;;) {
        await clock.sleep(everyMilliseconds, this.#stop.signal);
        const bytes = soFar();
        const rate = (bytes * 1000) / Math.max(clock.monotonic() - start, 1);
        const all = this.total === undefined ? '' : ` of ${humanBytes(this.total)}`;
        this.#terminal.progress(`${what}  ${humanBytes(bytes)}${all}, ${humanBytes(rate)}/s`);
      }
    } catch {
      // Stopped: the transfer is over.
    }
  }
}
