import { openExchange } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { Fault } from './fault.ts';
import { forward } from './forward.ts';
import type { Hook } from './hook.ts';
import { intercept } from './intercept.ts';
import { listen } from './listen.ts';
import type { Match } from './match.ts';
import { createRules } from './rules.ts';
import type { SeenRequest } from './seen-request.ts';
import { forwardUpgrade, refusalOf } from './upgrade.ts';
import { createUpstreamClient } from './upstream.ts';
import type { Upstream } from './upstream.ts';

/** A reverse proxy before an API server, which changes nothing until it is told to. */
export interface Faults extends AsyncDisposable {
  /** Plain http on loopback. */
  readonly url: URL;
  /** In the order in which they came in. */
  readonly requests: readonly SeenRequest[];
  /** From now on. Of several rules that are due, the first strikes, and the others stay due. */
  inject(match: Match, fault: Fault): void;
  /** Forgets all rules; what has been struck stays so. */
  clear(): void;
  /** Breaks off whatever is under way, at once. Throws what the hook threw first. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** To change or hold traffic, `inject` rules or give a hook. What cannot be forwarded is reset, and recorded with its error. */
export async function startFaults(upstream: Upstream, { hook }: { hook?: Hook } = {}): Promise<Faults> {
  const requests: SeenRequest[] = [];
  const hookErrors: unknown[] = [];
  const { inject, clear, strike } = createRules();
  const opening = { strike, hook: hook && recordingErrors(hook, hookErrors) };
  const client = createUpstreamClient(upstream);
  const serve = (exchange: Exchange, pass: () => Promise<void>): void => {
    requests.push(exchange.request);
    void conduct(exchange, pass);
  };
  const listener = await listen({
    request(incoming, answer) {
      const exchange = openExchange(incoming, answer, answer, opening);
      serve(exchange, () => forward(exchange, client.request(incoming, exchange.gone)));
    },
    upgrade(incoming, head) {
      const exchange = openExchange(incoming, refusalOf(incoming), incoming.socket, opening);
      serve(exchange, () => forwardUpgrade(exchange, client.webSocket(incoming), head));
    },
  });
  return {
    url: listener.url,
    requests,
    inject,
    clear,
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]();
      await listener[Symbol.asyncDispose]();
      if (hookErrors.length > 0) throw hookErrors[0];
    },
  };
}

/** From the request's arrival to its end. What goes wrong on the way to the upstream is a reset for the client. */
async function conduct(exchange: Exchange, pass: () => Promise<void>): Promise<void> {
  try {
    await exchange.tell({ phase: 'received' });
    if (!(await intercept(exchange))) await pass();
  } catch (error) {
    if (exchange.gone.aborted) return;
    exchange.request.error = error;
    exchange.incoming.socket.resetAndDestroy();
  }
}

function recordingErrors(hook: Hook, errors: unknown[]): Hook {
  return async (event) => {
    try {
      await hook(event);
    } catch (error) {
      errors.push(error);
      throw error;
    }
  };
}
