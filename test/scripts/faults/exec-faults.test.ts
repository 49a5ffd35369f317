import { once } from 'node:events';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { execCapture } from '../../../src/kube/exec/capture.ts';
import { kubeFor, rejectionOf } from '../../kube/fixtures.ts';
import { localProcess } from '../../kube/local-process.ts';
import { statusOfEnd } from '../../../scripts/sandbox/pods/exec-status.ts';
import { ScriptedServer } from '../../kube/scripted-server.ts';
import {
  execDrop,
  execHang,
  execNoStatus,
  execTruncate,
  reset,
  silence,
  status,
} from '../../../scripts/faults/fault.ts';
import { closing, execs, faultsBefore, frame, rawExec, script } from './fixtures.ts';

/** Three frames of output, a status and a close, as fast as they go. */
const threeFrames = (socket: WebSocket): void => {
  for (const output of [frame(1, 'abc'), frame(2, 'def'), frame(1, 'ghi')]) socket.send(output);
  socket.send(frame(3, JSON.stringify(statusOfEnd({ exitCode: 0 }))), () => socket.close(1000));
};
const textOf = (frames: Buffer[]): string => frames.map((frame) => frame.subarray(1).toString()).join('');

test('a connection that drops lets exactly the given bytes of output through', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.exec(threeFrames);
  faults.inject(execs, execDrop(5));
  const { socket, frames } = rawExec(faults.url);
  const [code] = await closing(socket);
  expect(code).toBe(1006);
  expect(textOf(frames)).toBe('abcde');
});

test('a dropped connection is an exec without a status to our client', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.exec(localProcess);
  faults.inject(execs, execDrop(4));
  const chunks: Buffer[] = [];
  const stdout = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  const kube = kubeFor(faults.url);
  const error = await rejectionOf(kube.exec(script('echo 1234567890', { stdout })));
  expect(error).toMatchObject({ reason: 'ExecNoStatus', retryable: true });
  expect(Buffer.concat(chunks).toString()).toBe('1234');
  expect(await kube.exec(script('exit 2'))).toEqual({ exitCode: 2 });
});

test('an exec that says less than the connection would bear ends as it should', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.exec(localProcess);
  faults.inject(execs, execDrop(4));
  const captured = await execCapture(kubeFor(faults.url), script('printf 123; exit 2'));
  expect(captured).toEqual({ exitCode: 2, stdout: '123', stderr: '' });
});

test('an exec without a status has all its output and a clean close', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.exec(threeFrames).exec(localProcess);
  faults.inject({ ...execs, times: 2 }, execNoStatus());
  const { socket, frames } = rawExec(faults.url);
  const [code] = await closing(socket);
  expect(code).toBe(1000);
  expect(textOf(frames)).toBe('abcdefghi');
  const error = await rejectionOf(kubeFor(faults.url).exec(script('exit 0')));
  expect(error).toMatchObject({ reason: 'ExecNoStatus' });
});

test('an exec without a status is closed even if the upstream forgets to', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.exec((socket) => socket.send(frame(3, JSON.stringify(statusOfEnd({ exitCode: 0 })))));
  faults.inject(execs, execNoStatus());
  const [code] = await closing(rawExec(faults.url).socket);
  expect(code).toBe(1000);
});

test('a truncated exec is short of stdout and yet a success', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.exec(localProcess);
  faults.inject(execs, execTruncate(4));
  const captured = await execCapture(kubeFor(faults.url), script('printf 123; echo oops >&2; echo 4567890'));
  expect(captured).toEqual({ exitCode: 0, stdout: '1234', stderr: 'oops\n' });
});

test('a hung exec gets its stdin and says nothing, though its socket lives on', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  const stdin = Promise.withResolvers<string>();
  const done = Promise.withResolvers<void>();
  server.exec((socket) => {
    socket.on('close', () => done.resolve());
    socket.on('message', (data: Buffer) => {
      stdin.resolve(data.subarray(1).toString());
      threeFrames(socket);
    });
  });
  faults.inject(execs, execHang());
  const { socket, frames } = rawExec(faults.url);
  await once(socket, 'open');
  socket.send(frame(0, 'words'));
  expect(await stdin.promise).toBe('words');
  await done.promise;
  socket.ping();
  await once(socket, 'pong');
  expect(frames).toEqual([]);
  expect(socket.readyState).toBe(socket.OPEN);
});

test('a client that gives a hung exec up ends it upstream', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  const ended = Promise.withResolvers<number>();
  const started = Promise.withResolvers<void>();
  server.exec((socket) => {
    socket.on('close', ended.resolve);
    started.resolve();
  });
  faults.inject(execs, execHang());
  const controller = new AbortController();
  const result = rejectionOf(kubeFor(faults.url).exec(script('true', { signal: controller.signal })));
  await started.promise;
  controller.abort(new Error('long enough'));
  expect(await result).toBe(controller.signal.reason);
  expect(await ended.promise).toBe(1006);
});

test('an upgrade can be refused with a status instead', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.exec(localProcess);
  faults.inject(execs, status(500, { message: 'error dialing backend: no route to host' }));
  faults.inject(execs, status(403, { message: 'no exec for you' }));
  const kube = kubeFor(faults.url);
  // The first is repeated, as the command certainly did not start.
  const error = await rejectionOf(kube.exec(script('true')));
  expect(error).toMatchObject({ status: 403, reason: 'Forbidden', message: 'no exec for you' });
  expect(faults.requests.map(({ status }) => status)).toEqual([500, 403]);
  expect(server.upgrades).toHaveLength(0);
});

test.each([
  ['before', 0],
  ['after', 1],
] as const)('an upgrade that is reset %s it has started %d commands', async (when, count) => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.exec(() => {});
  faults.inject(execs, reset(when));
  const error = await rejectionOf(kubeFor(faults.url).exec(script('true')));
  expect(error).toMatchObject({ reason: 'NetworkError' });
  expect(server.upgrades).toHaveLength(count);
});

test('an upgrade into silence is not forwarded', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  faults.inject(execs, silence());
  const controller = new AbortController();
  const result = rejectionOf(kubeFor(faults.url).exec(script('true', { signal: controller.signal })));
  await expect.poll(() => faults.requests.length).toBe(1);
  controller.abort(new Error('long enough'));
  expect(await result).toBe(controller.signal.reason);
  expect(server.upgrades).toHaveLength(0);
});
