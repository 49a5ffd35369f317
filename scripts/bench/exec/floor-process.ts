import { randomBytes } from 'node:crypto';
import { connect } from 'node:tls';
import { loadClusterAccess } from '../../../src/kube/config.ts';
import { targetFrom } from './target.ts';

// The same exec over a bare TLS socket: the upgrade is asked for, and whatever comes is decrypted and thrown away.
// No frame is parsed, so this is what Node.js needs at least. KUBECONFIG NAMESPACE POD CONTAINER COMMAND...

const { kubeconfig, namespace, pod, container, command } = targetFrom(process.argv.slice(2));
const access = loadClusterAccess({ kubeconfig });
const { headers, tls } = await access.credentials();
const query = new URLSearchParams({ container, stdout: 'true' });
for (const word of command) query.append('command', word);

const request = {
  Host: access.server.host,
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
  'Sec-WebSocket-Protocol': 'v5.channel.k8s.io',
  ...headers,
};
const lines = Object.entries(request).map(([name, value]) => `${name}: ${value}\r\n`);

let bytes = 0;
let last = '';
const socket = connect({ ...tls, host: access.server.hostname, port: Number(access.server.port || 443) });
socket.on('data', (chunk: Buffer) => {
  bytes += chunk.length;
  // The status of the command comes last, in a frame of its own.
  last = (last + chunk.toString('latin1', Math.max(0, chunk.length - 200))).slice(-200);
  if (last.includes('"status":"Success"')) socket.destroy();
});
socket.write(
  `GET /api/v1/namespaces/${namespace}/pods/${pod}/exec?${query.toString()} HTTP/1.1\r\n${lines.join('')}\r\n`,
);
socket.once('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
socket.once('close', () => process.stderr.write(`${bytes}\n`));
