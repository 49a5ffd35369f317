import type { IncomingHttpHeaders } from 'node:http';

const ofOneConnection = new Set(['connection', 'keep-alive', 'upgrade', 'host']);

/** Without what belongs to one connection rather than to the message; each side of a WebSocket has its own handshake. */
export function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const entries = Object.entries(headers);
  return Object.fromEntries(
    entries.filter(([name]) => !ofOneConnection.has(name) && !name.startsWith('sec-websocket-')),
  );
}
