import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { CancelledError } from '../../../src/core/errors.ts';
import { killCommand } from '../../../src/kube/exec/kill.ts';
import { kubeFor, patient, rejectionOf } from '../fixtures.ts';
import { localProcess } from '../local-process.ts';
import { ScriptedServer } from '../scripted-server.ts';
import { TestClock } from '../test-clock.ts';

const target = { namespace: 'shop', pod: 'db-0', container: 'postgres' };
const run = promisify(execFile);
const shells = [['sh'], ['bash', '--posix'], ['dash'], ['busybox', 'sh']].filter(([program = '']) =>
  (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program))),
);

function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** The rounds of the killing take no time. */
const clock = (): TestClock => new TestClock((milliseconds) => milliseconds === 250);

/** Runs a script that prints the numbers of its processes, aborts once they are known, and returns them. */
async function abortOnceRunning(script: string, count: number): Promise<{ pids: number[]; error: unknown }> {
  await using server = await ScriptedServer.start();
  server.exec(localProcess);
  const controller = new AbortController();
  let printed = '';
  const stdout = new PassThrough().on('data', (chunk: Buffer) => {
    printed += chunk.toString();
    if (printed.trim().split('\n').length === count && printed.endsWith('\n')) {
      controller.abort(new CancelledError('SIGTERM'));
    }
  });
  const options = { ...target, command: ['sh', '-c', script], stdout, signal: controller.signal };
  const error = await rejectionOf(kubeFor(server.url, { clock: clock() }).exec(options));
  expect(error).toBe(controller.signal.reason);
  return { pids: printed.trim().split('\n').map(Number), error };
}

test.each([
  ['a single process', 'echo $$; exec sleep 1000', 1],
  ['a shell with a child in the foreground', "echo $$; sh -c 'echo $$; exec sleep 1000'; echo never", 2],
  ['a pipeline', "{ sh -c 'echo $$; exec sleep 1000'; } | { sh -c 'echo $$ >&3; exec cat'; }", 2],
  ['a child whose parent has ended', "(sh -c 'echo $$; exec sleep 1000' &) ; echo $$; exec sleep 1000", 2],
  ['a child in a session of its own', "echo $$; setsid -w sh -c 'echo $$; exec sleep 1000'", 2],
  ['a process that ignores TERM', 'trap "" TERM; echo $$; while :; do sleep 1000; done', 1],
])('aborting kills %s', async (_, script, count) => {
  const { pids } = await abortOnceRunning(`exec 3>&1; ${script}`, count);
  expect(pids).toHaveLength(count);
  expect(pids.filter(isAlive)).toEqual([]);
});

test('a process may clean up when it is told to end', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kill-'));
  const script = `trap 'echo cleaned > "${folder}/file"; exit 1' TERM; echo $$; while :; do sleep 0.05; done`;
  const { pids } = await abortOnceRunning(script, 1);
  expect(pids.filter(isAlive)).toEqual([]);
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('cleaned\n');
  rmSync(folder, { recursive: true });
});

test('a connection that breaks leaves no process behind', async () => {
  await using server = await ScriptedServer.start();
  let pid = 0;
  server.exec(localProcess);
  const stdout = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      pid = Number(chunk.toString());
      for (const connection of server.connections) connection.resetAndDestroy();
      done();
    },
  });
  const options = { ...target, command: ['sh', '-c', 'echo $$; exec sleep 1000'], stdout, signal: patient() };
  const error = await rejectionOf(kubeFor(server.url, { clock: clock() }).exec(options));
  expect(error).toMatchObject({ reason: 'ExecNoStatus' });
  expect(pid).toBeGreaterThan(1);
  expect(isAlive(pid)).toBe(false);
});

test('a sink that fails leaves no process behind', async () => {
  await using server = await ScriptedServer.start();
  server.exec(localProcess);
  let pid = 0;
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  const stdout = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      pid ||= Number(chunk.toString().split('\n')[0]);
      done(full);
    },
  });
  const command = ['sh', '-c', 'echo $$; while :; do echo more; done'];
  const error = await rejectionOf(
    kubeFor(server.url, { clock: clock() }).exec({ ...target, command, stdout, signal: patient() }),
  );
  expect(error).toBe(full);
  expect(isAlive(pid)).toBe(false);
});

test('a process that starts while its exec is aborted is found and killed', async () => {
  await using server = await ScriptedServer.start();
  const controller = new AbortController();
  let pid = 0;
  server.exec((socket, request) => {
    if (pid === 0) {
      controller.abort(new CancelledError('SIGTERM'));
      const onSend = socket.send.bind(socket) as (data: Buffer) => void;
      socket.send = ((data: Buffer) => {
        pid ||= Number(/exec (\d+) /.exec(data.toString())?.[1] ?? 0);
        onSend(data);
      }) as typeof socket.send;
    }
    localProcess(socket, request);
  });
  const options = { ...target, command: ['sleep', '1000'], signal: controller.signal };
  const error = await rejectionOf(kubeFor(server.url, { clock: clock() }).exec(options));
  expect(error).toBe(controller.signal.reason);
  expect(pid).toBeGreaterThan(1);
  expect(isAlive(pid)).toBe(false);
});

test('a killing that fails is said in the error, with the first cause behind it', async () => {
  await using server = await ScriptedServer.start();
  const controller = new AbortController();
  server.exec((socket) => {
    socket.send(Buffer.from('\u0002backup-ns-exec 4711 S 1\n'), () =>
      controller.abort(new CancelledError('SIGTERM')),
    );
    server.refuseUpgrade((refused) => refused.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nno!'));
  });
  const options = { ...target, command: ['x'], signal: controller.signal };
  const error = await rejectionOf(kubeFor(server.url, { clock: clock() }).exec(options));
  expect(error).toMatchObject({ reason: 'ExecNotKilled', cause: controller.signal.reason });
  expect((error as Error).message).toMatch(
    /^SIGTERM; and process 4711 in shop\/db-0 \(postgres\) may still run.*no!$/,
  );
});

test('a pod that is gone has no process to kill', async () => {
  await using server = await ScriptedServer.start();
  const controller = new AbortController();
  server.exec((socket) => {
    socket.send(Buffer.from('\u0002backup-ns-exec 4711 S 1\n'), () =>
      controller.abort(new CancelledError('SIGTERM')),
    );
    server.refuseUpgrade((refused) => refused.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'));
  });
  const options = { ...target, command: ['x'], signal: controller.signal };
  const error = await rejectionOf(kubeFor(server.url, { clock: clock() }).exec(options));
  expect(error).toBe(controller.signal.reason);
});

test.each(shells)('in %s, the script leaves a stranger under the same number alone', async (...shell) => {
  const stranger = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
  const pid = stranger.pid ?? 0;
  const [, ...rest] = killCommand({ pid, startTime: '1' }, 'KILL');
  const { stdout } = await run(shell[0] ?? '', [...shell.slice(1), ...rest]);
  expect(stdout).toBe('0\n');
  expect(isAlive(pid)).toBe(true);
  stranger.kill('SIGKILL');
});

test.each(shells)('in %s, the script kills a process whose name looks like fields', async (...shell) => {
  const folder = mkdtempSync(join(tmpdir(), 'kill-'));
  const program = join(folder, 'a) S 1 (b');
  symlinkSync('/bin/sleep', program);
  const child = spawn(program, ['1000'], { detached: true, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('exit', (_code, name) => resolve(name)));
  const pid = child.pid ?? 0;
  const startTime = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? '';
  const [, ...rest] = killCommand({ pid, startTime }, 'TERM');
  const { stdout } = await run(shell[0] ?? '', [...shell.slice(1), ...rest]);
  expect(stdout).toBe('1\n');
  expect(await ended).toBe('SIGTERM');
  rmSync(folder, { recursive: true });
});

test.each(shells)('in %s, a child that has ended and was not buried does not count', async (...shell) => {
  const child = spawn('sh', ['-c', 'sh -c "echo \\$\\$" & exec sleep 1000'], { detached: true });
  const output = await once(child.stdout, 'data');
  const buried = Number(String(output[0]));
  await vi.waitUntil(() => readFileSync(`/proc/${buried}/stat`, 'utf8').includes(') Z '));
  const [, ...rest] = killCommand({ pid: child.pid ?? 0, startTime: '' }, '0');
  const { stdout } = await run(shell[0] ?? '', [...shell.slice(1), ...rest]);
  child.kill('SIGKILL');
  expect(stdout).toBe('1\n');
});

test('a command that never told its process is not claimed to be killed', async () => {
  await using server = await ScriptedServer.start();
  const controller = new AbortController();
  server.exec((socket) => socket.send(Buffer.from('\u0001output')));
  const stdout = new PassThrough().on('data', () => controller.abort(new CancelledError('SIGTERM')));
  const atOnce = new TestClock((milliseconds) => milliseconds === 5000);
  const options = { ...target, command: ['x'], stdout, signal: controller.signal };
  const error = await rejectionOf(kubeFor(server.url, { clock: atOnce }).exec(options));
  expect(error).toMatchObject({ reason: 'ExecNotKilled', cause: controller.signal.reason });
});
