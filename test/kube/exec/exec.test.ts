import { PassThrough, Readable, Writable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/core/system.ts';
import { execCapture } from '../../../src/kube/exec/capture.ts';
import type { ExecOptions } from '../../../src/kube/kube.ts';
import { kubeFor, patient, rejectionOf } from '../fixtures.ts';
import { flood } from '../flood.ts';
import { localProcess } from '../local-process.ts';
import { statusOfEnd } from '../../../scripts/sandbox/pods/exec-status.ts';
import { ScriptedServer } from '../scripted-server.ts';
import type { ExecStep } from '../scripted-server.ts';
import { TestClock } from '../test-clock.ts';

const target = { namespace: 'shop', pod: 'db-0', container: 'postgres' };
const bare = (fields: Partial<ExecOptions> = {}): ExecOptions => ({
  ...target,
  command: ['true'],
  signal: patient(),
  killOnAbort: false,
  ...fields,
});
const frame = (channel: number, content: string | Buffer): Buffer =>
  Buffer.concat([Buffer.of(channel), Buffer.from(content)]);
const status = (code: number): Buffer => frame(3, JSON.stringify(statusOfEnd({ exitCode: code })));

test('a command gets its arguments as they are, and its output and exit code come back', async () => {
  await using server = await ScriptedServer.start();
  server.exec(localProcess);
  const command = ['sh', '-c', 'printf "%s|" "$@"; echo oops >&2; exit 7', 'sh', 'a b', '$(id)', '', "'"];
  const captured = await execCapture(kubeFor(server.url), { ...target, command, signal: patient() });
  expect(captured).toEqual({ exitCode: 7, stdout: "a b|$(id)||'|", stderr: 'oops\n' });
  expect(server.upgrades[0]?.path).toBe('/api/v1/namespaces/shop/pods/db-0/exec');
  expect(server.upgrades[0]?.query.get('container')).toBe('postgres');
});

test('an exit by success is 0', async () => {
  await using server = await ScriptedServer.start();
  server.exec(localProcess);
  expect(await kubeFor(server.url).exec({ ...target, command: ['true'], signal: patient() })).toEqual({
    exitCode: 0,
  });
});

test('the environment of the command holds nothing of the wrapper', async () => {
  await using server = await ScriptedServer.start();
  server.exec(localProcess);
  const { stdout } = await execCapture(kubeFor(server.url), {
    ...target,
    command: ['env'],
    signal: patient(),
  });
  expect(stdout).not.toMatch(/backup_ns/i);
});

test('stdin of any kind arrives whole and ends', async () => {
  await using server = await ScriptedServer.start();
  server.exec(localProcess);
  const large = Buffer.alloc(1_000_000, 'abc');
  for (const stdin of ['word', large, Readable.from([large, 'word'])]) {
    const stdout = new PassThrough();
    const output = buffer(stdout);
    await kubeFor(server.url).exec({ ...target, command: ['cat'], stdin, stdout, signal: patient() });
    stdout.end();
    const expected =
      stdin instanceof Readable ? Buffer.concat([large, Buffer.from('word')]) : Buffer.from(stdin);
    expect((await output).equals(expected)).toBe(true);
  }
});

test('a command that ends without reading its stdin is a result, and the source is released', async () => {
  await using server = await ScriptedServer.start();
  server.exec(localProcess);
  const stdin = new Readable({ read: () => {} });
  const options = { ...target, command: ['sh', '-c', 'exit 3'], stdin, signal: patient() };
  expect(await kubeFor(server.url).exec(options)).toEqual({ exitCode: 3 });
  expect(stdin.destroyed).toBe(true);
});

test('a first line on stderr that is not the wrapper’s belongs to the command', async () => {
  await using server = await ScriptedServer.start();
  server.exec((socket) => {
    socket.send(frame(2, 'no sh '));
    socket.send(frame(2, 'here\nat all\n'));
    socket.send(status(126), () => socket.close());
  });
  const captured = await execCapture(kubeFor(server.url), {
    ...target,
    command: ['true'],
    signal: patient(),
  });
  expect(captured).toEqual({ exitCode: 126, stdout: '', stderr: 'no sh here\nat all\n' });
});

test('stderr that ends within its first line is not lost', async () => {
  await using server = await ScriptedServer.start();
  server.exec((socket) => {
    socket.send(frame(2, 'no sh'));
    socket.send(status(126), () => socket.close());
  });
  const captured = await execCapture(kubeFor(server.url), {
    ...target,
    command: ['true'],
    signal: patient(),
  });
  expect(captured.stderr).toBe('no sh');
});

test.each<[string, ExecStep]>([
  ['dies', (socket) => socket.terminate()],
  ['dies after some output', (socket) => socket.send(frame(1, 'half'), () => socket.terminate())],
  ['closes cleanly', (socket) => socket.close(1000)],
])('a socket that %s without a status is a failure that may be repeated', async (_, step) => {
  await using server = await ScriptedServer.start();
  server.exec(step);
  const error = await rejectionOf(kubeFor(server.url).exec(bare()));
  expect(error).toMatchObject({ name: 'KubeError', reason: 'ExecNoStatus', retryable: true });
  expect((error as Error).message).toMatch(/shop\/db-0 \(postgres\).*without a status/);
});

test('a status that tells of no exit code is an error with the server’s words', async () => {
  await using server = await ScriptedServer.start();
  const body = {
    status: 'Failure',
    reason: 'InternalError',
    code: 500,
    message: 'cannot exec in a stopped container',
  };
  server.exec((socket) => socket.send(frame(3, JSON.stringify(body)), () => socket.close()));
  const error = await rejectionOf(kubeFor(server.url).exec(bare()));
  expect(error).toMatchObject({ status: 500, message: 'cannot exec in a stopped container' });
});

test('an unreadable status is an error', async () => {
  await using server = await ScriptedServer.start();
  server.exec((socket) => socket.send(frame(3, 'what?'), () => socket.close()));
  const error = await rejectionOf(kubeFor(server.url).exec(bare()));
  expect((error as Error).message).toContain("unreadable status: 'what?'");
});

test('a server that forgets to close after the status does not hold the result back', async () => {
  await using server = await ScriptedServer.start();
  server.exec((socket) => socket.send(status(0)));
  const clock = new TestClock();
  const result = kubeFor(server.url, { clock }).exec(bare());
  await clock.sleeping(10_000);
  clock.advance(10_000);
  expect(await result).toEqual({ exitCode: 0 });
});

test('a refused upgrade brings the words of its body', async () => {
  await using server = await ScriptedServer.start();
  const message = 'pods "db-0" is forbidden: User "me" cannot create resource "pods/exec"';
  const body = JSON.stringify({ kind: 'Status', code: 403, reason: 'Forbidden', message });
  server.refuseUpgrade((socket) =>
    socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
  );
  const error = await rejectionOf(kubeFor(server.url).exec(bare()));
  expect(error).toMatchObject({ status: 403, reason: 'Forbidden', message, retryable: false });
});

test.each([
  ['HTTP/1.1 429 Too Many Requests\r\nRetry-After: 2', 'slow down', 2],
  ['HTTP/1.1 500 Internal Server Error', 'error dialing backend: no route to host', 2],
  ['HTTP/1.1 500 Internal Server Error', 'container not found ("postgres")', 1],
  ['HTTP/1.1 504 Gateway Timeout', 'who knows what happened behind it', 1],
])('an upgrade refused by %s (%s) makes %d attempts', async (head, words, attempts) => {
  await using server = await ScriptedServer.start();
  const refuse = `${head}\r\nContent-Length: ${words.length}\r\n\r\n${words}`;
  server.refuseUpgrade((socket) => socket.end(refuse)).exec(localProcess);
  await kubeFor(server.url)
    .exec(bare())
    .catch(() => {});
  expect(server.upgrades).toHaveLength(attempts);
});

test('a handshake that is never answered ends at its deadline', async () => {
  await using server = await ScriptedServer.start();
  const clock = new TestClock();
  server.refuseUpgrade(() => clock.advance(30_000));
  const error = await rejectionOf(kubeFor(server.url, { clock }).exec(bare()));
  expect(error).toMatchObject({ reason: 'Timeout', retryable: true });
});

test('a socket that answers no ping is given up', async () => {
  await using server = await ScriptedServer.start();
  server.exec((socket) => socket.pause());
  const clock = new TestClock();
  const error = rejectionOf(kubeFor(server.url, { clock }).exec(bare()));
  await clock.sleeping(20_000);
  clock.advance(20_000);
  await clock.sleeping(20_000);
  clock.advance(20_000);
  expect(await error).toMatchObject({ reason: 'ExecNoStatus', retryable: true });
  expect((await error) as Error).toHaveProperty(
    'message',
    expect.stringContaining('no sign of life for 20 s'),
  );
});

test('pings that are answered keep a quiet exec alive', async () => {
  await using server = await ScriptedServer.start();
  const clock = new TestClock();
  let pings = 0;
  server.exec((socket) => {
    socket.on('ping', () => {
      pings++;
      if (pings === 5) socket.send(status(0), () => socket.close());
      // The pong is on its way; once it must have arrived, time goes on.
      else socket.send(frame(1, '.'));
    });
  });
  const stdout = new Writable({
    write: (_chunk, _encoding, done) => {
      void clock.sleeping(20_000).then(() => clock.advance(20_000));
      done();
    },
  });
  const result = kubeFor(server.url, { clock }).exec(bare({ stdout }));
  await clock.sleeping(20_000);
  clock.advance(20_000);
  expect(await result).toEqual({ exitCode: 0 });
});

test('a server that speaks only v4 is refused stdin, which it could not end', async () => {
  await using server = await ScriptedServer.start({ protocols: ['v4.channel.k8s.io'] });
  server.exec(() => {});
  const error = await rejectionOf(kubeFor(server.url).exec(bare({ stdin: 'x' })));
  expect(error).toMatchObject({ reason: 'StdinUnsupported', retryable: false });
});

test('a server that speaks only v4 serves commands without stdin', async () => {
  await using server = await ScriptedServer.start({ protocols: ['v4.channel.k8s.io'] });
  server.exec(localProcess);
  const captured = await execCapture(kubeFor(server.url), {
    ...target,
    command: ['echo', 'hi'],
    signal: patient(),
  });
  expect(captured.stdout).toBe('hi\n');
});

test('a 401 at the upgrade reads the credentials again', async () => {
  await using server = await ScriptedServer.start();
  server.refuseUpgrade((socket) => socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n'));
  server.exec(localProcess);
  expect(await kubeFor(server.url).exec(bare())).toEqual({ exitCode: 0 });
});

test('a slow reader holds the sender back, and loses nothing', async () => {
  await using server = await ScriptedServer.start();
  const total = 96_000_000;
  const seen = flood(server, total);
  await kubeFor(server.url, { clock: systemClock }).exec(bare({ stdout: seen.stdout }));
  expect(seen.consumed).toBe(total);
  // Both kernels' socket buffers, and one read of the socket on top.
  expect(seen.ahead).toBeLessThan(24_000_000);
});

test('a reader that is stuck is not a dead connection', async () => {
  await using server = await ScriptedServer.start();
  server.exec((socket) => {
    socket.send(frame(1, Buffer.alloc(1_000_000)));
    socket.send(status(0), () => socket.close());
  });
  const clock = new TestClock();
  const stuck = Promise.withResolvers<() => void>();
  const stdout = new Writable({ write: (_chunk, _encoding, done) => stuck.resolve(done) });
  const result = kubeFor(server.url, { clock }).exec(bare({ stdout }));
  const release = await stuck.promise;
  for (let minute = 0; minute < 5; minute++) {
    await clock.sleeping(20_000);
    clock.advance(60_000);
  }
  release();
  expect(await result).toEqual({ exitCode: 0 });
});

test('a sink that has room does not open the gate for one that has none', async () => {
  await using server = await ScriptedServer.start();
  const chunk = frame(1, Buffer.alloc(64 * 1024));
  const idle = Promise.withResolvers<void>();
  let sent = 0;
  let turn: NodeJS.Immediate = setImmediate(() => {});
  server.exec(function send(socket) {
    // Both arrive in one read, so that both sinks are full at once.
    if (sent === 0) for (const channel of [1, 2]) socket.send(frame(channel, 'xx'));
    if (sent > 100_000_000) return idle.reject(new Error('the server was never held back'));
    socket.send(chunk, () => {
      sent += chunk.length;
      clearImmediate(turn);
      turn = quietTurns(200, idle.resolve);
      send(socket);
    });
  });
  const controller = new AbortController();
  const stdout = new Writable({ highWaterMark: 1, write: () => {} });
  const stderr = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => setImmediate(done) });
  const result = rejectionOf(kubeFor(server.url).exec(bare({ stdout, stderr, signal: controller.signal })));
  await idle.promise;
  controller.abort(new Error('enough'));
  expect(await result).toBe(controller.signal.reason);
});

test('a server that reads no stdin holds the source back', async () => {
  await using server = await ScriptedServer.start();
  server.exec((socket) => socket.pause());
  let produced = 0;
  const idle = Promise.withResolvers<void>();
  const chunk = Buffer.alloc(64 * 1024);
  const stdin = new Readable({
    read() {
      produced += chunk.length;
      if (produced > 200_000_000) idle.reject(new Error('the source was never held back'));
      this.push(chunk);
      clearImmediate(turn);
      turn = quietTurns(200, idle.resolve);
    },
  });
  let turn: NodeJS.Immediate = setImmediate(() => {});
  const controller = new AbortController();
  const result = rejectionOf(kubeFor(server.url).exec(bare({ stdin, signal: controller.signal })));
  await idle.promise;
  controller.abort(new Error('enough'));
  expect(await result).toBe(controller.signal.reason);
  expect(produced).toBeLessThan(32_000_000);
});

/** Calls back after this many turns of the event loop, unless cleared at the first. */
function quietTurns(turns: number, done: () => void): NodeJS.Immediate {
  return setImmediate(() => (turns === 0 ? done() : quietTurns(turns - 1, done)));
}

test('an error of stdin’s source ends the exec', async () => {
  await using server = await ScriptedServer.start();
  server.exec(() => {});
  const failing = new Readable({
    read() {
      this.destroy(new Error('disk on fire'));
    },
  });
  expect(await rejectionOf(kubeFor(server.url).exec(bare({ stdin: failing })))).toMatchObject({
    message: 'disk on fire',
  });
});

test('a sink that fails ends the exec with its error', async () => {
  await using server = await ScriptedServer.start();
  server.exec((socket) => socket.send(frame(1, 'x')));
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  const stdout = new Writable({ write: (_chunk, _encoding, done) => done(full) });
  expect(await rejectionOf(kubeFor(server.url).exec(bare({ stdout })))).toBe(full);
});

test('a sink that is closed early ends the exec', async () => {
  await using server = await ScriptedServer.start();
  const stdout = new PassThrough().on('data', () => stdout.destroy());
  server.exec((socket) => socket.send(frame(1, 'x')));
  const error = await rejectionOf(kubeFor(server.url).exec(bare({ stdout })));
  expect((error as Error).message).toContain('closed before the output ended');
});

test('the result waits until a slow sink has taken the last byte', async () => {
  await using server = await ScriptedServer.start();
  server.exec(localProcess);
  const stdout = new PassThrough();
  let isDone = false;
  const result = kubeFor(server.url)
    .exec(bare({ command: ['sh', '-c', 'echo hello'], stdout }))
    .then(() => {
      isDone = true;
      return stdout.end();
    });
  expect(await text(stdout)).toBe('hello\n');
  await result;
  expect(isDone).toBe(true);
});

test('output beyond the limit of a capture is an error', async () => {
  await using server = await ScriptedServer.start();
  server.exec((socket) => socket.send(frame(1, 'x'.repeat(11))));
  const error = await rejectionOf(execCapture(kubeFor(server.url), { ...bare(), limit: 10 }));
  expect(error).toMatchObject({ reason: 'OutputTooLarge', retryable: false });
});

test('an exec whose signal is aborted before it starts asks the server nothing', async () => {
  await using server = await ScriptedServer.start();
  const reason = new Error('too late');
  expect(await rejectionOf(kubeFor(server.url).exec(bare({ signal: AbortSignal.abort(reason) })))).toBe(
    reason,
  );
  expect(server.upgrades).toHaveLength(0);
});
