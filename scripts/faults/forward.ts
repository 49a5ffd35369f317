import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { deliver } from './deliver.ts';
import type { Exchange } from './exchange.ts';

/** Sends the client's request on as `outgoing`, and its answer back. Rejects when either side breaks off. */
export async function forward(exchange: Exchange, outgoing: ClientRequest): Promise<void> {
  exchange.incoming.pipe(outgoing);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  await deliver(exchange, response);
}
