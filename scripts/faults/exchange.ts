import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { requestInfo } from '../sandbox/api/request-info.ts';
import type { Hook, Step } from './hook.ts';
import type { Rules } from './rules.ts';
import type { Outcome, SeenRequest } from './seen-request.ts';

/** One request on its way through the proxy. */
export interface Exchange {
  readonly request: SeenRequest & Outcome;
  readonly incoming: IncomingMessage;
  readonly answer: ServerResponse;
  /** Aborted when the client has left or has its whole answer. */
  readonly gone: AbortSignal;
  readonly isHooked: boolean;
  /** Waits for the hook. Rejects with what it throws, or when the client has left in the meantime. */
  tell(step: Step): Promise<void>;
}

/** `connection` is what emits 'close' at the end of this request. */
export function openExchange(
  incoming: IncomingMessage,
  answer: ServerResponse,
  connection: EventEmitter,
  { strike, hook }: { strike: Rules['strike']; hook: Hook | undefined },
): Exchange {
  const info = requestInfo(incoming.method ?? '', incoming.url ?? '');
  const request = { ...info, fault: strike(info), status: undefined, error: undefined };
  const gone = new AbortController();
  connection.once('close', () => gone.abort(new Error('the client has gone away')));
  const tell = hook ? inTurn((step) => hook({ ...step, request }), gone.signal) : () => Promise.resolve();
  return { request, incoming, answer, gone: gone.signal, isHooked: hook !== undefined, tell };
}

/** An exec tells of both directions; one that waits holds the other. */
function inTurn(
  tell: (step: Step) => void | Promise<void>,
  gone: AbortSignal,
): (step: Step) => Promise<void> {
  let last = Promise.resolve();
  return (step) => {
    last = last.then(async () => {
      await tell(step);
      await departuresSeen();
      gone.throwIfAborted();
    });
    return last;
  };
}

/** The end of a process that the hook killed: this turn of the event loop may have polled already, one reads it, one closes. */
async function departuresSeen(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await setImmediate();
}
