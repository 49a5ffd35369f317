import { Readable } from 'node:stream';
import type WebSocket from 'ws';
import type { Clock } from '../../core/system.ts';
import { KubeError } from '../error.ts';
import type { ExecOptions } from '../kube.ts';
import { channel, channelProtocol, exitCodeOf } from './channels.ts';
import { Liveness } from './liveness.ts';
import { Announcement } from './remote-process.ts';
import type { RemoteProcess } from './remote-process.ts';
import { Sink } from './sink.ts';
import { sendSizes } from './resize.ts';
import { sendStdin } from './stdin.ts';

/** The server closes right after the status; this is how long it may forget to. */
const closeGraceMs = 10_000;

/** One running exec on an open socket. */
export class Session {
  /** Known from the first line on; undefined when the socket died before it, or the command was not wrapped. */
  readonly process: Promise<RemoteProcess | undefined>;
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #options: ExecOptions;
  readonly #stdout: Sink;
  readonly #stderr: Sink;
  readonly #announcement: Announcement | undefined;
  readonly #liveness: Liveness;
  readonly #closed: Promise<void>;
  readonly #stop = new AbortController();
  readonly #end = Promise.withResolvers<number>();
  #full = 0;
  #stopResizing: (() => void) | undefined;
  #hasFailed = false;
  #status: Buffer | undefined;

  constructor(socket: WebSocket, clock: Clock, options: ExecOptions, isWrapped: boolean) {
    this.#socket = socket;
    this.#clock = clock;
    this.#options = options;
    this.#end.promise.catch(() => {}); // It may fail before anybody waits for it.
    this.#stdout = this.#sink(options.stdout);
    this.#stderr = this.#sink(options.stderr);
    this.#announcement = isWrapped ? new Announcement() : undefined;
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve()));
    this.process = this.#announcement?.process ?? Promise.resolve(undefined);
    this.#liveness = new Liveness(clock, socket, options.stdin !== undefined, (silentMs) =>
      this.fail(broken(options, `no sign of life for ${Math.round(silentMs / 1000)} s`)),
    );
    this.#listen();
    if (options.tty) this.#stopResizing = sendSizes(socket, options.tty);
    void this.#startStdin();
  }

  /** Once all output has been accepted by the sinks. Rejects with what `fail` was given first. */
  get exitCode(): Promise<number> {
    return this.#end.promise;
  }

  /** The remote command has ended, as far as the server told us. */
  get hasStatus(): boolean {
    return this.#status !== undefined;
  }

  /** Ends the session with this reason, unless it has ended. From now on output is dropped. */
  fail(reason: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#end.reject(reason);
    this.#socket.resume();
  }

  /** Closes the socket at once. That does not end the remote process. */
  terminate(): void {
    this.#hasFailed = true;
    this.#stop.abort();
    this.#liveness.stop();
    this.#stopResizing?.();
    this.#stdout.release();
    this.#stderr.release();
    this.#announcement?.end();
    if (this.#options.stdin instanceof Readable) this.#options.stdin.destroy();
    this.#socket.terminate();
  }

  #listen(): void {
    this.#socket.on('message', (data) => this.#receive(data as Buffer));
    this.#socket.on('error', (error) => this.fail(broken(this.#options, error.message, error)));
    this.#socket.once('close', (code) => {
      this.#announcement?.end();
      if (this.hasStatus) return;
      this.fail(broken(this.#options, `the connection ended without a status (close code ${code})`));
    });
    this.#socket.resume();
  }

  #receive(frame: Buffer): void {
    this.#liveness.heard();
    const payload = frame.subarray(1);
    switch (frame[0] ?? channel.close) {
      case channel.stdout:
        this.#receiveOn(this.#stdout, payload);
        return;
      case channel.stderr:
        this.#receiveOn(this.#stderr, payload);
        return;
      case channel.status:
        this.#status = Buffer.from(payload);
        if (this.#announcement) this.#firstOutput.write(this.#announcement.end());
        void this.#finish(this.#status);
        return;
      default: // Other channels are not for us.
    }
  }

  /** Where the wrapper announces itself: its stderr, which in a terminal is all that there is. */
  get #firstOutput(): Sink {
    return this.#options.tty ? this.#stdout : this.#stderr;
  }

  #receiveOn(sink: Sink, payload: Buffer): void {
    const rest =
      this.#announcement && sink === this.#firstOutput ? this.#announcement.takeFrom(payload) : payload;
    if (!this.#hasFailed) sink.write(rest);
  }

  /** Nothing of the output comes after the status, but the sinks may be slow. */
  async #finish(status: Buffer): Promise<void> {
    try {
      const code = exitCodeOf(status);
      const grace = this.#clock.sleep(closeGraceMs, this.#stop.signal).catch(() => {});
      await Promise.race([this.#closed, grace]);
      await Promise.all([this.#stdout.flushed(), this.#stderr.flushed()]);
      this.#end.resolve(code);
    } catch (error) {
      this.fail(error);
    }
  }

  async #startStdin(): Promise<void> {
    const { stdin, tty } = this.#options;
    if (stdin === undefined) return;
    if (this.#socket.protocol !== channelProtocol.v5) return this.fail(noStdin(this.#options));
    // A terminal would echo what comes early into the line by which the command announces itself.
    if (tty && this.#announcement) await this.process;
    sendStdin(this.#socket, stdin).catch((error: unknown) => {
      // A command may end without reading all of its stdin; and a dead socket has its own message.
      if (!this.hasStatus && this.#socket.readyState === this.#socket.OPEN) this.fail(error);
    });
  }

  #sink(writable: ExecOptions['stdout']): Sink {
    return new Sink(writable, {
      onFull: () => {
        this.#full++;
        this.#socket.pause();
      },
      onDrain: () => {
        this.#full--;
        if (this.#full > 0) return;
        this.#liveness.heard();
        this.#socket.resume();
      },
      onError: (error) => this.fail(error),
    });
  }
}

function broken({ namespace, pod, container }: ExecOptions, why: string, cause?: Error): KubeError {
  const fields = { status: 0, reason: 'ExecNoStatus', retryable: true };
  return new KubeError(`exec in ${namespace}/${pod} (${container}): ${why}`, fields, { cause });
}

function noStdin({ namespace, pod }: ExecOptions): KubeError {
  const message = `exec in ${namespace}/${pod}: the API server cannot end stdin (it chose v4.channel.k8s.io); Kubernetes 1.30 or later can`;
  return new KubeError(message, { status: 0, reason: 'StdinUnsupported', retryable: false });
}
