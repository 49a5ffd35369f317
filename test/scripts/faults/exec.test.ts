import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { execCapture } from '../../../src/kube/exec/capture.ts';
import { kubeFor, rejectionOf } from '../../kube/fixtures.ts';
import { flood } from '../../kube/flood.ts';
import { localProcess } from '../../kube/local-process.ts';
import { ScriptedServer } from '../../kube/scripted-server.ts';
import { closing, faultsBefore, frame, rawExec, script } from './fixtures.ts';

test('an exec passes with its arguments, both outputs and its exit code', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.exec(localProcess);
  const captured = await execCapture(kubeFor(faults.url), script('echo out; echo err >&2; exit 7'));
  expect(captured).toEqual({ exitCode: 7, stdout: 'out\n', stderr: 'err\n' });
  expect(server.upgrades[0]?.query.getAll('command')).toEqual(['sh', '-c', 'echo out; echo err >&2; exit 7']);
  expect(faults.requests).toMatchObject([
    { verb: 'get', resource: 'pods', subresource: 'exec', name: 'db-0', status: 101, error: undefined },
  ]);
});

test('stdin passes whole and ends while output still comes', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.exec(localProcess);
  const large = Buffer.alloc(5_000_000, 'abc');
  const stdout = new PassThrough();
  const output = buffer(stdout);
  const options = script('cat; echo end', { stdin: Readable.from([large, 'word']), stdout });
  expect(await kubeFor(faults.url).exec(options)).toEqual({ exitCode: 0 });
  stdout.end();
  expect((await output).equals(Buffer.concat([large, Buffer.from('wordend\n')]))).toBe(true);
});

test('a command that ends without reading its stdin is a result', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.exec(localProcess);
  const stdin = new Readable({ read: () => {} });
  expect(await kubeFor(faults.url).exec(script('exit 3', { stdin }))).toEqual({ exitCode: 3 });
});

test('the client gets the subprotocol that the upstream chose', async () => {
  await using server = await ScriptedServer.start({ protocols: ['v4.channel.k8s.io'] });
  await using faults = await faultsBefore(server);
  server.exec(() => {});
  const { socket } = rawExec(faults.url);
  await once(socket, 'open');
  expect(socket.protocol).toBe('v4.channel.k8s.io');
  expect(server.upgrades[0]?.headers['sec-websocket-protocol']).toBe('v5.channel.k8s.io,v4.channel.k8s.io');
});

test('an upgrade that the upstream refuses brings its status and its words', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  const words = JSON.stringify({
    kind: 'Status',
    code: 403,
    reason: 'Forbidden',
    message: 'no exec for you',
  });
  const head = `HTTP/1.1 403 Forbidden\r\nContent-Length: ${words.length}`;
  server.refuseUpgrade((socket) => socket.end(`${head}\r\n\r\n${words}`));
  const error = await rejectionOf(kubeFor(faults.url).exec(script('true')));
  expect(error).toMatchObject({ status: 403, reason: 'Forbidden', message: 'no exec for you' });
  expect(faults.requests).toMatchObject([{ status: 403 }]);
});

test('an upgrade that the upstream resets is a reset', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.refuseUpgrade((socket) => socket.resetAndDestroy());
  const [error] = await once(rawExec(faults.url).socket, 'error');
  expect(error).toMatchObject({ code: 'ECONNRESET' });
});

test('pings are answered while the command says nothing', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.exec(() => {});
  const { socket } = rawExec(faults.url);
  await once(socket, 'open');
  socket.ping('are you there?');
  const [payload] = (await once(socket, 'pong')) as [Buffer];
  expect(payload.toString()).toBe('are you there?');
});

test.each<[string, (socket: WebSocket) => void, number]>([
  ['closes with a code', (socket) => socket.close(1011, 'etcd is away'), 1011],
  ['closes without a code', (socket) => socket.close(), 1005],
  ['dies', (socket) => socket.terminate(), 1006],
])('a socket that %s upstream does so downstream, after all its output', async (_, end, code) => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.exec((socket) => {
    for (let count = 0; count < 100; count++) socket.send(frame(1, Buffer.alloc(10_000)));
    socket.send(frame(1, 'last'), () => end(socket));
  });
  const { socket, frames } = rawExec(faults.url);
  const [closeCode, reason] = (await closing(socket)) as [number, Buffer];
  expect([closeCode, reason.toString()]).toEqual([code, code === 1011 ? 'etcd is away' : '']);
  expect(frames).toHaveLength(101);
});

test.each<[string, (socket: WebSocket) => void, number]>([
  ['closes', (socket) => socket.close(1000), 1000],
  ['dies', (socket) => socket.terminate(), 1006],
])('a client that %s ends the exec upstream, after all its stdin', async (_, end, code) => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  const ended = Promise.withResolvers<number>();
  let received = '';
  server.exec((socket) => {
    socket.on('message', (data: Buffer) => (received += data.subarray(1).toString()));
    socket.on('close', ended.resolve);
  });
  const { socket } = rawExec(faults.url);
  await once(socket, 'open');
  socket.send(frame(0, 'some '));
  socket.send(frame(0, 'words'), () => end(socket));
  expect(await ended.promise).toBe(code);
  expect(received).toBe('some words');
});

test('a client that leaves before the upstream has answered is not waited for', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  const asked = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  server.refuseUpgrade((socket) => {
    socket.on('end', left.resolve).resume();
    asked.resolve();
  });
  const { socket } = rawExec(faults.url);
  await asked.promise;
  socket.terminate();
  await left.promise;
  expect(faults.requests).toMatchObject([{ status: undefined, error: undefined }]);
});

test('a slow reader holds the command back, and loses nothing', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  const total = 96_000_000;
  const seen = flood(server, total);
  await kubeFor(faults.url).exec(script('true', { stdout: seen.stdout }));
  expect(seen.consumed).toBe(total);
  // The kernels' socket buffers on both sides of the proxy.
  expect(seen.ahead).toBeLessThan(40_000_000);
});
