import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createCertificate } from '../../sandbox/certificate.ts';

// Answers every request with the bytes of FILE, until stdin ends: what Node.js needs at least for a page.
// Its first line says where it is.

const page = readFileSync(process.argv[2] ?? '');
const { cert, key } = await createCertificate(new Date());
const server = createServer({ cert, key }, (request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': page.length }).end(page);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
process.stdout.write(`${JSON.stringify({ url, ca: cert, token: 'none' })}\n`);
await process.stdin.resume().toArray();
server.close();
server.closeAllConnections();
