import type WebSocket from 'ws';
import type { Clock } from '../../core/system.ts';

const pingEveryMs = 20_000;
const pongWithinMs = 20_000;
/**
 * While the command leaves its stdin unread, the far side reads no ping either: a long statement in a restore is not
 * a dead connection. TCP's own probes notice a dead host within about 70 s when nothing is in flight.
 */
const pongWithinMsWithStdin = 15 * 60_000;

/** Pings, and notices a connection on which nobody answers. Keeps load balancers from closing a quiet one, too. */
export class Liveness {
  readonly #clock: Clock;
  readonly #socket: WebSocket;
  readonly #limit: number;
  readonly #stop = new AbortController();
  #unansweredSince: number | undefined;

  constructor(clock: Clock, socket: WebSocket, hasStdin: boolean, onDead: (silentMs: number) => void) {
    this.#clock = clock;
    this.#socket = socket;
    this.#limit = hasStdin ? pongWithinMsWithStdin : pongWithinMs;
    socket.on('pong', () => this.heard());
    void this.#run(onDead);
  }

  /** Something arrived, or could not have been seen: the socket was paused. */
  heard(): void {
    this.#unansweredSince = undefined;
  }

  stop(): void {
    this.#stop.abort();
  }

  async #run(onDead: (silentMs: number) => void): Promise<void> {
    try {
      for (;;) {
        await this.#clock.sleep(pingEveryMs, this.#stop.signal);
        const now = this.#clock.monotonic();
        if (this.#socket.isPaused) this.heard();
        else if (this.#unansweredSince !== undefined && now - this.#unansweredSince >= this.#limit) {
          return onDead(now - this.#unansweredSince);
        }
        this.#unansweredSince ??= now;
        // A socket that has died in the meantime says so by itself.
        this.#socket.ping(undefined, undefined, () => {});
      }
    } catch {
      // Stopped.
    }
  }
}
