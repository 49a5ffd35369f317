import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { pods } from '../../../src/kube/resources.ts';
import { kubeFor, patient, pod, podList, rejectionOf } from '../../kube/fixtures.ts';
import { ScriptedServer, json } from '../../kube/scripted-server.ts';
import { TestClock } from '../../kube/test-clock.ts';
import { delay, gone, halfBody, reset, silence, status } from '../../../scripts/faults/fault.ts';
import { collection, faultsBefore, key, open, path } from './fixtures.ts';

const stored = pod('db-0', '1');
const manifest = pod('db-0', '1');

test('a status is answered in the words of an API server, and the upstream sees nothing', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  faults.inject({ verb: 'get', resource: 'pods' }, status(403, { message: 'pods is forbidden' }));
  const error = await rejectionOf(kubeFor(faults.url).get(pods, key, { signal: patient() }));
  expect(error).toMatchObject({ status: 403, reason: 'Forbidden', message: 'pods is forbidden' });
  expect(faults.requests).toMatchObject([{ status: 403, fault: { kind: 'status' } }]);
  expect(server.requests).toHaveLength(0);
});

test('a 429 asks for the wait it was given, and the call is repeated after it', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.script(`POST ${collection}`, json(201, stored));
  faults.inject({ verb: 'create' }, status(429, { retryAfterSeconds: 7 }));
  const clock = new TestClock();
  await kubeFor(faults.url, { clock }).create(pods, manifest, { signal: patient() });
  expect(clock.slept.some((ms) => ms >= 7000 && ms < 8000)).toBe(true);
  expect(faults.requests.map(({ status }) => status)).toEqual([429, 201]);
});

test('a continue token that is gone makes the list start again', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.script(
    `GET ${collection}`,
    json(200, podList([pod('a', '1')], '9', 'more')),
    json(200, podList([], '9')),
  );
  faults.inject({ verb: 'list', nth: 2 }, gone());
  const names = await Array.fromAsync(
    kubeFor(faults.url).list(pods, { namespace: 'shop', signal: patient() }),
    ({ metadata }) => metadata.name,
  );
  expect(names).toEqual(['a']);
  expect(faults.requests.map(({ status }) => status)).toEqual([200, 410, 200]);
});

test('after a reset before it the upstream knows nothing of the request, and a get is repeated', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.script(`GET ${path}`, json(200, stored));
  faults.inject({ verb: 'get', resource: 'pods' }, reset('before'));
  expect(await kubeFor(faults.url).get(pods, key, { signal: patient() })).toEqual(stored);
  expect(faults.requests.map(({ status }) => status)).toEqual([undefined, 200]);
  expect(server.requests).toHaveLength(1);
});

test('after a reset behind it the upstream has done it, and only the answer is lost', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.script(`POST ${collection}`, json(201, stored));
  faults.inject({ verb: 'create', resource: 'pods' }, reset('after'));
  const error = await rejectionOf(kubeFor(faults.url).create(pods, manifest, { signal: patient() }));
  expect(error).toMatchObject({ reason: 'NetworkError', retryable: true });
  expect(faults.requests).toMatchObject([{ status: 201, error: undefined }]);
  expect(server.requests).toHaveLength(1);
});

test.each(['before', 'after'] as const)('a reset %s is a reset, not an end', async (when) => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.script(`GET ${path}`, json(200, stored));
  faults.inject({}, reset(when));
  const error = await rejectionOf(open(new URL(path, faults.url)));
  expect(error).toMatchObject({ code: 'ECONNRESET', syscall: 'read' });
});

test('the second match is struck, and no other', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.script(`GET ${path}`, json(200, stored));
  faults.inject({ verb: 'get', resource: 'pods', name: 'db-0', nth: 2 }, status(404, { name: 'db-0' }));
  const kube = kubeFor(faults.url);
  const find = () => kube.find(pods, key, { signal: patient() });
  expect([await find(), await find(), await find()]).toEqual([stored, undefined, stored]);
});

test.each([
  ['whose length is told', {}],
  ['that comes in chunks', { 'transfer-encoding': 'chunked' }],
])('half of a body %s breaks off in the middle', async (_, headers) => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.script(`GET ${path}`, json(200, stored, headers));
  faults.inject({ verb: 'get' }, halfBody());
  const whole = JSON.stringify(stored);
  const answer = await open(new URL(path, faults.url));
  expect(answer.headers['content-length']).toBe(String(whole.length));
  let received = '';
  answer.on('data', (chunk: Buffer) => (received += chunk.toString()));
  await rejectionOf(text(answer));
  expect(received).toBe(whole.slice(0, whole.length / 2));
  expect(await kubeFor(faults.url).get(pods, key, { signal: patient() })).toEqual(stored);
});

test('a delayed request passes when its time has come', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.script(`GET ${path}`, json(200, stored));
  faults.inject({ verb: 'get' }, delay(100));
  const start = performance.now();
  await kubeFor(faults.url).get(pods, key, { signal: patient() });
  // Timers may fire up to a millisecond early.
  expect(performance.now() - start).toBeGreaterThan(98);
});

test('a request into silence is neither forwarded nor answered until its client gives up', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.script(`GET ${path}`, json(200, stored));
  faults.inject({ verb: 'get' }, silence());
  const clock = new TestClock();
  const result = kubeFor(faults.url, { clock }).get(pods, key, { signal: patient() });
  await clock.sleeping(30_000);
  await expect.poll(() => faults.requests.length).toBe(1);
  expect(server.requests).toHaveLength(0);
  clock.advance(30_000);
  expect(await result).toEqual(stored);
  expect(faults.requests.map(({ status }) => status)).toEqual([undefined, 200]);
});
