import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { pods } from '../../../src/kube/resources.ts';
import { kubeFor, patient, pod, podList, rejectionOf, take } from '../../kube/fixtures.ts';
import {
  ScriptedServer,
  failure,
  half,
  json,
  notThere,
  reset,
  watchEvents,
} from '../../kube/scripted-server.ts';
import type { Exchange } from '../../kube/scripted-server.ts';
import { startFaults } from '../../../scripts/faults/faults.ts';
import { collection, faultsBefore, key, open, path, turns } from './fixtures.ts';

test('a request and its answer pass as they are', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  const stored = pod('db-0', '1', { spec: { words: 'Größe', brandNew: [1, null] } });
  server.script(`PATCH ${path}`, json(200, stored, { 'x-kubernetes-uid': 'u' }));
  const options = { signal: patient(), fieldManager: 'test' };
  expect(await kubeFor(faults.url).patch(pods, key, { spec: { words: 'Größe' } }, options)).toEqual(stored);
  expect(server.requests).toHaveLength(1);
  expect(server.requests[0]).toMatchObject({ method: 'PATCH', path, body: '{"spec":{"words":"Größe"}}' });
  expect(server.requests[0]?.query.get('fieldManager')).toBe('test');
  expect(server.requests[0]?.headers).toMatchObject({
    'content-type': 'application/merge-patch+json',
    host: server.url.host,
    'user-agent': 'backup-ns',
  });
});

test('a refusal keeps its status, its words and what it asks for', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  const refusal = failure(409, 'Conflict', 'the object has been modified', { 'retry-after': '3' });
  server.script(`PATCH ${path}`, refusal);
  const error = await rejectionOf(kubeFor(faults.url).patch(pods, key, {}, { signal: patient() }));
  expect(error).toMatchObject({
    status: 409,
    reason: 'Conflict',
    message: 'the object has been modified',
    retryAfterMs: 3000,
  });
});

test('every request is recorded with what it asked for and what it got', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.script(`POST ${collection}`, json(201, pod('db-0', '1')));
  server.script(`GET ${path}`, notThere('pods', 'db-0'));
  const kube = kubeFor(faults.url);
  await kube.create(pods, pod('db-0', '1'), { signal: patient() });
  await kube.find(pods, key, { signal: patient() });
  const nothing = { fault: undefined, error: undefined };
  expect(faults.requests).toMatchObject([
    { verb: 'create', resource: 'pods', namespace: 'shop', name: undefined, status: 201, ...nothing },
    { verb: 'get', resource: 'pods', namespace: 'shop', name: 'db-0', status: 404, ...nothing },
  ]);
});

test('a watch flows event by event while it stays open', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  const watching = Promise.withResolvers<ServerResponse>();
  server.script(`GET ${collection}`, json(200, podList([], '9')), ({ answer }) => {
    answer.writeHead(200).flushHeaders();
    watching.resolve(answer);
  });
  const events = kubeFor(faults.url).watch(pods, { namespace: 'shop', signal: patient() });
  await events.next();
  for (const version of ['10', '11']) {
    const next = events.next();
    const answer = await watching.promise;
    answer.write(`${JSON.stringify({ type: 'MODIFIED', object: pod('db-0', version) })}\n`);
    expect((await next).value).toMatchObject({ object: { metadata: { resourceVersion: version } } });
  }
});

test('a refused watch keeps its words, though they are no line', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.script(`GET ${collection}`, json(200, podList([], '9')), failure(403, 'Forbidden', 'not you'));
  const events = kubeFor(faults.url).watch(pods, { namespace: 'shop', signal: patient() });
  expect(await rejectionOf(take(events, 2))).toMatchObject({ status: 403, message: 'not you' });
});

test('a client that leaves a watch ends it upstream', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  const ended = Promise.withResolvers<void>();
  server.script(`GET ${collection}`, (exchange) => {
    exchange.answer.on('close', ended.resolve);
    watchEvents([{}], 'open')(exchange);
  });
  const answer = await open(new URL(`${collection}?watch=1`, faults.url));
  await once(answer, 'data');
  answer.destroy();
  await ended.promise;
  await turns();
  expect(server.connections.size).toBe(0);
});

test('a reset upstream is a reset downstream', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.script(`GET ${path}`, reset);
  const error = await rejectionOf(open(new URL(path, faults.url)));
  expect(error).toMatchObject({ code: 'ECONNRESET', syscall: 'read' });
  expect(faults.requests[0]?.error).toMatchObject({ code: 'ECONNRESET' });
});

test('an answer that breaks off upstream breaks off downstream', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.script(`GET ${path}`, half({ words: 'x'.repeat(1000) }));
  const answer = await open(new URL(path, faults.url));
  expect(answer.headers['content-length']).toBe('1012');
  expect(await rejectionOf(text(answer))).toMatchObject({ code: 'ECONNRESET' });
  expect(faults.requests[0]?.error).toBeDefined();
});

test('a watch that is reset upstream is reset downstream, after its events', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.script(`GET ${collection}`, watchEvents([{ type: 'ADDED' }], 'reset'));
  const answer = await open(new URL(`${collection}?watch=1`, faults.url));
  let received = '';
  answer.on('data', (chunk: Buffer) => (received += chunk.toString()));
  expect(await rejectionOf(text(answer))).toMatchObject({ code: 'ECONNRESET' });
  expect(received).toBe('{"type":"ADDED"}\n');
  expect(faults.requests[0]?.error).toMatchObject({ code: 'ECONNRESET' });
});

test('an upstream that is not there is a reset, and the record says why', async () => {
  const server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  await server[Symbol.asyncDispose]();
  expect(await rejectionOf(open(new URL(path, faults.url)))).toMatchObject({ code: 'ECONNRESET' });
  expect(faults.requests[0]).toMatchObject({ status: undefined, error: { code: 'ECONNREFUSED' } });
});

test('the upstream’s address may carry a path', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET /k8s/clusters/one${path}`, json(200, pod('db-0', '1')));
  const address = new URL('/k8s/clusters/one/', server.url);
  await using faults = await startFaults({ server: address, tls: {}, headers: {} });
  expect(await kubeFor(faults.url).get(pods, key, { signal: patient() })).toEqual(pod('db-0', '1'));
});

test('a slow client holds the upstream back, and loses nothing', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  const total = 96_000_000;
  const chunk = Buffer.alloc(64_000, 'x');
  let sent = 0;
  server.script(`GET ${collection}`, function send({ answer }: Pick<Exchange, 'answer'>) {
    if (sent === total) return void answer.end();
    answer.write(chunk, () => {
      sent += chunk.length;
      send({ answer });
    });
  });
  let consumed = 0;
  let ahead = 0;
  for await (const bytes of (await open(new URL(collection, faults.url))) as AsyncIterable<Buffer>) {
    consumed += bytes.length;
    ahead = Math.max(ahead, sent - consumed);
    await turns(3);
  }
  expect(consumed).toBe(total);
  // The kernels' socket buffers on both sides of the proxy.
  expect(ahead).toBeLessThan(40_000_000);
});
