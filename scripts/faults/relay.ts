import { on } from 'node:events';
import type { WebSocket } from 'ws';
import type { Exchange } from './exchange.ts';
import { frameFilter, passAll } from './frame-filter.ts';
import type { FrameFilter } from './frame-filter.ts';

interface Close {
  readonly code: number;
  readonly reason: Buffer;
}

/** No closing handshake: the connection just ended. */
const abnormal: Close = { code: 1006, reason: Buffer.alloc(0) };
const clean: Close = { code: 1000, reason: Buffer.alloc(0) };

/** Passes frames and the end of either socket to the other; both come paused. Pings are answered on each side alone. */
export async function relay(exchange: Exchange, client: WebSocket, upstream: WebSocket): Promise<void> {
  try {
    await Promise.all([fromClient(exchange, client, upstream), toClient(exchange, upstream, client)]);
  } finally {
    upstream.terminate();
    client.terminate();
  }
}

async function fromClient(exchange: Exchange, client: WebSocket, upstream: WebSocket): Promise<void> {
  close(upstream, await pump(exchange, 'in', client, upstream, passAll));
}

async function toClient(exchange: Exchange, upstream: WebSocket, client: WebSocket): Promise<void> {
  const { fault } = exchange.request;
  const end = await pump(exchange, 'out', upstream, client, frameFilter(fault));
  if (fault?.kind !== 'execHang') close(client, end);
}

/** Until `from` has closed, or the filter ends it. One frame is under way at a time, and `from` waits for it. */
async function pump(
  exchange: Exchange,
  direction: 'in' | 'out',
  from: WebSocket,
  to: WebSocket,
  filter: FrameFilter,
): Promise<Close> {
  const closed = new Promise<Close>((resolve) =>
    from.once('close', (code, reason) => resolve({ code, reason })),
  );
  const messages = on(from, 'message', { close: ['close'], highWaterMark: 1 });
  from.resume();
  let index = 0;
  for await (const [data, isBinary] of messages as AsyncIterable<[Buffer, boolean]>) {
    const { frame, end } = filter(data);
    if (frame) {
      const step = { channel: frame[0] ?? -1, index, payload: frame.subarray(1) };
      await exchange.tell({ phase: 'frame', direction, ...step });
      await send(to, frame, isBinary);
      index++;
    }
    if (end) return end === 'close' ? clean : abnormal;
  }
  return closed;
}

/** Resolves when the kernel has it. A frame to a socket that is closing is lost, as it would be without us. */
function send(to: WebSocket, frame: Buffer, binary: boolean): Promise<void> {
  return new Promise((resolve) => {
    to.send(frame, { binary }, () => resolve());
  });
}

function close(socket: WebSocket, { code, reason }: Close): void {
  if (code === 1006) socket.terminate();
  // 1005 says that the close frame had no code; it must not be sent itself.
  else if (code === 1005) socket.close();
  else socket.close(code, reason);
}
