import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { execCapture } from '../../../src/kube/exec/capture.ts';
import { pods } from '../../../src/kube/resources.ts';
import { kubeFor, patient, pod, podList, rejectionOf, take } from '../../kube/fixtures.ts';
import { localProcess } from '../../kube/local-process.ts';
import { ScriptedServer, json, watchEvents } from '../../kube/scripted-server.ts';
import { reset } from '../../../scripts/faults/fault.ts';
import {
  closing,
  collection,
  faultsBefore,
  frame,
  key,
  path,
  rawExec,
  rawGet,
  script,
  turns,
} from './fixtures.ts';
import type { HookEvent } from '../../../scripts/faults/hook.ts';

const stored = pod('db-0', '1');

/** A hook that holds every request at one step until it is released. */
function holdAt(isHere: (event: HookEvent) => boolean) {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const hook = async (event: HookEvent): Promise<void> => {
    if (!isHere(event)) return;
    reached.resolve();
    await released.promise;
  };
  return { hook, reached: reached.promise, release: released.resolve };
}

test('a request is told of before the upstream sees it, and again when the upstream has done it', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, json(200, stored));
  const steps: unknown[] = [];
  await using faults = await faultsBefore(server, ({ request, ...step }) => {
    steps.push({ ...step, name: request.name, upstream: server.requests.length });
  });
  expect(await kubeFor(faults.url).get(pods, key, { signal: patient() })).toEqual(stored);
  expect(steps).toEqual([
    { phase: 'received', name: 'db-0', upstream: 0 },
    { phase: 'answered', status: 200, name: 'db-0', upstream: 1 },
  ]);
});

test('an answer is told of only once the upstream has ended it', async () => {
  await using server = await ScriptedServer.start();
  const phases: string[] = [];
  await using faults = await faultsBefore(server, ({ phase }) => void phases.push(phase));
  const answering = Promise.withResolvers<ServerResponse>();
  server.script(`GET ${path}`, ({ answer }) => answer.write('{"kind":', () => answering.resolve(answer)));
  const { received } = await rawGet(faults.url, path);
  const answer = await answering.promise;
  await turns();
  expect(phases).toEqual(['received']);
  answer.end('"Pod"}');
  await expect.poll(received).toContain('{"kind":"Pod"}');
  expect(phases).toEqual(['received', 'answered']);
});

test('a watch is told of line by line', async () => {
  await using server = await ScriptedServer.start();
  const event = (version: string) => ({ type: 'MODIFIED', object: pod('db-0', version) });
  server.script(
    `GET ${collection}`,
    json(200, podList([], '9')),
    watchEvents([event('10'), event('11')], 'open'),
  );
  const steps: unknown[] = [];
  await using faults = await faultsBefore(server, (step) => {
    if (step.request.verb !== 'watch') return;
    steps.push(step.phase === 'event' ? (JSON.parse(step.line) as unknown) : step.phase);
  });
  await take(kubeFor(faults.url).watch(pods, { namespace: 'shop', signal: patient() }), 3);
  expect(steps).toEqual(['received', 'answered', event('10'), event('11')]);
});

test('an exec is told of frame by frame, both ways', async () => {
  await using server = await ScriptedServer.start();
  server.exec(localProcess);
  const steps: string[] = [];
  await using faults = await faultsBefore(server, (step) => {
    if (step.phase !== 'frame') steps.push(step.phase);
    else steps.push(`${step.direction} ${step.index} on ${step.channel}: ${step.payload.toString('latin1')}`);
  });
  await execCapture(kubeFor(faults.url), script('cat', { stdin: 'words' }));
  expect(steps.slice(0, 2)).toEqual(['received', 'answered']);
  const frames = steps.slice(2);
  expect(frames.filter((step) => step.startsWith('in'))).toEqual(['in 0 on 0: words', 'in 1 on 255: \0']);
  expect(frames.filter((step) => step.startsWith('out'))).toEqual([
    'out 0 on 1: ',
    'out 1 on 1: words',
    expect.stringMatching(/^out 2 on 3: .*Success/),
  ]);
});

test('a lost answer is told of before it is lost', async () => {
  await using server = await ScriptedServer.start();
  server.script(`POST ${collection}`, json(201, stored));
  const phases: string[] = [];
  await using faults = await faultsBefore(server, ({ phase }) => void phases.push(phase));
  faults.inject({ verb: 'create' }, reset('after'));
  await rejectionOf(kubeFor(faults.url).create(pods, stored, { signal: patient() }));
  expect(phases).toEqual(['received', 'answered']);
});

test('while the hook is pending the upstream gets nothing of the request', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, json(200, stored));
  const { hook, reached, release } = holdAt(({ phase }) => phase === 'received');
  await using faults = await faultsBefore(server, hook);
  const result = kubeFor(faults.url).get(pods, key, { signal: patient() });
  await reached;
  await turns();
  expect(server.accepted).toBe(0);
  release();
  expect(await result).toEqual(stored);
});

test.each([
  ['answered', path, 'HTTP'],
  ['answered', `${collection}?watch=1`, 'HTTP'],
  ['event', `${collection}?watch=1`, 'MODIFIED'],
])('while the hook is pending at %s of %s the client gets nothing of it', async (phase, target, words) => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, json(200, stored));
  server.script(`GET ${collection}`, watchEvents([{ type: 'MODIFIED' }], 'open'));
  const { hook, reached, release } = holdAt((event) => event.phase === phase);
  await using faults = await faultsBefore(server, hook);
  const { received } = await rawGet(faults.url, target);
  await reached;
  await turns();
  expect(received()).not.toContain(words);
  release();
  await expect.poll(received).toContain(words);
});

test('while the hook is pending for one direction of an exec, neither passes', async () => {
  await using server = await ScriptedServer.start();
  let stdin = '';
  server.exec((socket) => {
    socket.on('message', (data: Buffer) => (stdin += data.subarray(1).toString()));
    socket.send(frame(1, 'first'));
  });
  const { hook, reached, release } = holdAt((event) => event.phase === 'frame' && event.direction === 'out');
  await using faults = await faultsBefore(server, hook);
  const { socket, frames } = rawExec(faults.url);
  await once(socket, 'open');
  await reached;
  socket.send(frame(0, 'words'));
  await turns();
  expect([frames.length, stdin]).toEqual([0, '']);
  release();
  await expect.poll(() => [frames.length, stdin]).toEqual([1, 'words']);
});

test('one request’s hook does not hold another request', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, json(200, stored));
  const { hook, reached } = holdAt(({ request }) => request.name === 'slow');
  await using faults = await faultsBefore(server, hook);
  await rawGet(faults.url, `${collection}/slow`);
  await reached;
  expect(await kubeFor(faults.url).get(pods, key, { signal: patient() })).toEqual(stored);
});

test.each([
  ['a request', `await fetch(process.argv[1])`],
  [
    'an exec',
    `new WebSocket(process.argv[1].replace('http', 'ws') + '/exec?command=x', 'v5.channel.k8s.io')`,
  ],
])('%s of a process that was killed at its arrival never reaches the upstream', async (_, program) => {
  await using server = await ScriptedServer.start();
  server.exec(() => {});
  let kill = async (): Promise<void> => {};
  await using faults = await faultsBefore(server, () => kill());
  const child = spawn(process.execPath, ['-e', program, new URL(path, faults.url).href]);
  const exited = once(child, 'exit');
  kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  expect(await exited).toEqual([null, 'SIGKILL']);
  await turns();
  expect(faults.requests).toMatchObject([{ status: undefined, error: undefined }]);
  expect(server.accepted).toBe(0);
});

test('a request whose client leaves within the hook never reaches the upstream', async () => {
  await using server = await ScriptedServer.start();
  const arrived = Promise.withResolvers<void>();
  let leave = (): void => {};
  await using faults = await faultsBefore(server, () => {
    leave();
    arrived.resolve();
  });
  const { socket } = await rawGet(faults.url, path);
  leave = () => socket.destroy();
  await arrived.promise;
  await turns();
  expect(server.accepted).toBe(0);
});

test('a hook that fails for a frame ends its exec on both sides', async () => {
  await using server = await ScriptedServer.start();
  const ended = Promise.withResolvers<number>();
  server.exec((socket) => socket.on('close', ended.resolve));
  const reason = new Error('not what the test expected');
  const faults = await faultsBefore(server, ({ phase }) => {
    if (phase === 'frame') throw reason;
  });
  const { socket } = rawExec(faults.url);
  await once(socket, 'open');
  socket.send(frame(0, 'words'));
  const closed = closing(socket);
  expect([await ended.promise, (await closed)[0]]).toEqual([1006, 1006]);
  expect(faults.requests).toMatchObject([{ status: 101, error: reason }]);
  expect(await rejectionOf(faults[Symbol.asyncDispose]())).toBe(reason);
});

test('a hook that fails resets its request, and fails whoever disposes of the proxy', async () => {
  await using server = await ScriptedServer.start();
  const reason = new Error('not what the test expected');
  const faults = await faultsBefore(server, () => Promise.reject(reason));
  const { socket } = await rawGet(faults.url, path);
  await closing(socket);
  expect(faults.requests).toMatchObject([{ error: reason }]);
  expect(server.requests).toHaveLength(0);
  expect(await rejectionOf(faults[Symbol.asyncDispose]())).toBe(reason);
});
