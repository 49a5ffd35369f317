import { Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import { statusOfEnd } from '../../scripts/sandbox/pods/exec-status.ts';
import type { ScriptedServer } from './scripted-server.ts';

export interface Flood {
  /** The slow reader of it. */
  readonly stdout: Writable;
  /** Bytes that the reader got. */
  consumed: number;
  /** Bytes that were on their way at most. */
  ahead: number;
}

/** A command that writes `total` bytes, a multiple of 32,000, as fast as the socket takes them, and ends well. */
export function flood(server: ScriptedServer, total: number): Flood {
  const chunk = Buffer.concat([Buffer.of(1), Buffer.alloc(32_000, 'x')]);
  const end = Buffer.concat([Buffer.of(3), Buffer.from(JSON.stringify(statusOfEnd({ exitCode: 0 })))]);
  let sent = 0;
  server.exec(function send(socket: WebSocket): void {
    if (sent === total) return socket.send(end, () => socket.close());
    socket.send(chunk, () => {
      sent += 32_000;
      send(socket);
    });
  });
  const stdout = new Writable({
    write: (bytes: Buffer, _encoding, done) => {
      seen.consumed += bytes.length;
      seen.ahead = Math.max(seen.ahead, sent - seen.consumed);
      setImmediate(() => setImmediate(() => setImmediate(done)));
    },
  });
  const seen: Flood = { stdout, consumed: 0, ahead: 0 };
  return seen;
}
