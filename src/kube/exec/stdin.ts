import { Readable } from 'node:stream';
import type WebSocket from 'ws';
import { channel } from './channels.ts';

/** One frame's worth. Each is sent only when the socket has taken the one before. */
const frameBytes = 64 * 1024;

/** Sends the whole of `source`, then the end of stdin, which needs v5. Throws the source's or the socket's error. */
export async function sendStdin(socket: WebSocket, source: Readable | Buffer | string): Promise<void> {
  const chunks = source instanceof Readable ? source : [source];
  for await (const chunk of chunks as AsyncIterable<unknown> | unknown[]) {
    const bytes = bytesOf(chunk);
    for (let start = 0; start < bytes.length; start += frameBytes) {
      await send(socket, channel.stdin, bytes.subarray(start, start + frameBytes));
    }
  }
  await send(socket, channel.close, Buffer.of(channel.stdin));
}

function bytesOf(chunk: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk;
  if (typeof chunk === 'string') return Buffer.from(chunk);
  if (chunk instanceof Uint8Array) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw new TypeError(`stdin is made of bytes or strings, not of ${typeof chunk}`);
}

function send(socket: WebSocket, to: number, bytes: Buffer): Promise<void> {
  const frame = Buffer.allocUnsafe(bytes.length + 1);
  frame[0] = to;
  bytes.copy(frame, 1);
  return new Promise((resolve, reject) => {
    socket.send(frame, (error) => (error ? reject(error) : resolve()));
  });
}
