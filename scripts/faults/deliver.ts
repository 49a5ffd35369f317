import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { lines } from '../../src/kube/lines.ts';
import type { Exchange } from './exchange.ts';
import { endToEnd } from './headers.ts';

/** What the client gets of an answer, and how it ends. */
interface Delivery {
  readonly headers: IncomingHttpHeaders;
  readonly body: AsyncIterable<Buffer> | Iterable<Buffer>;
  readonly ending: 'end' | 'destroy' | 'reset';
}

/** Passes the upstream's answer on, at the client's pace. Rejects when the answer breaks off, or the client leaves. */
export async function deliver(exchange: Exchange, response: IncomingMessage): Promise<void> {
  const { request, answer, incoming } = exchange;
  const status = response.statusCode ?? 0;
  const { headers, body, ending } = await deliveryOf(exchange, response);
  request.status = status;
  await exchange.tell({ phase: 'answered', status });
  if (request.fault?.kind === 'reset') return void incoming.socket.resetAndDestroy();
  answer.writeHead(status, headers).flushHeaders();
  for await (const piece of body) await write(answer, piece);
  if (ending === 'end') answer.end();
  if (ending === 'destroy') incoming.socket.destroy();
  if (ending === 'reset') incoming.socket.resetAndDestroy();
}

async function deliveryOf(exchange: Exchange, response: IncomingMessage): Promise<Delivery> {
  const { verb, fault } = exchange.request;
  const headers = endToEnd(response.headers);
  if (verb === 'watch' && response.statusCode === 200) {
    const limit = fault?.kind === 'cutWatch' ? fault.afterEvents : Infinity;
    return { headers, body: events(exchange, response, limit), ending: limit === Infinity ? 'end' : 'reset' };
  }
  if (fault?.kind === 'halfBody') return halfOf(headers, await buffer(response));
  return { headers, body: exchange.isHooked ? [await buffer(response)] : response, ending: 'end' };
}

function halfOf({ 'transfer-encoding': _chunked, ...headers }: IncomingHttpHeaders, whole: Buffer): Delivery {
  return {
    headers: { ...headers, 'content-length': String(whole.length) },
    body: [whole.subarray(0, whole.length / 2)],
    ending: 'destroy',
  };
}

async function* events(exchange: Exchange, response: IncomingMessage, limit: number): AsyncGenerator<Buffer> {
  if (limit === 0) return;
  let passed = 0;
  for await (const line of lines(response)) {
    await exchange.tell({ phase: 'event', line });
    yield Buffer.from(`${line}\n`);
    passed++;
    if (passed === limit) return;
  }
}

/** Resolves when the kernel has it, so that no more than one piece waits here and none is lost by what follows. */
function write(answer: ServerResponse, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    answer.write(piece, (error) => (error ? reject(error) : resolve()));
  });
}
