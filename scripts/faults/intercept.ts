import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange } from './exchange.ts';
import { failure } from './failure.ts';

/** Does what a fault does before the upstream sees the request; true when that is all that happens to it. */
export async function intercept(exchange: Exchange): Promise<boolean> {
  const { fault } = exchange.request;
  if (fault?.kind === 'delay') await sleep(fault.ms, undefined, { signal: exchange.gone });
  if (fault?.kind === 'silence') return true;
  if (fault?.kind === 'status') {
    const { code, details } = fault.failure;
    reply(exchange, code, JSON.stringify(fault.failure), details?.retryAfterSeconds);
    return true;
  }
  if (fault?.kind === 'goneInWatch') {
    reply(exchange, 200, `${JSON.stringify({ type: 'ERROR', object: failure(410) })}\n`);
    return true;
  }
  if (fault?.kind !== 'reset' || fault.when !== 'before') return false;
  exchange.incoming.socket.resetAndDestroy();
  return true;
}

function reply(
  { request, answer }: Exchange,
  status: number,
  body: string,
  retryAfterSeconds?: number,
): void {
  request.status = status;
  if (retryAfterSeconds !== undefined) answer.setHeader('retry-after', retryAfterSeconds);
  answer.writeHead(status, { 'content-type': 'application/json' }).end(body);
}
