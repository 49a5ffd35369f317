import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { pods } from '../../src/kube/resources.ts';
import { CancelledError } from '../../src/core/errors.ts';
import { accessTo, kubeFor, patient, pod, podList, rejectionOf } from './fixtures.ts';
import { ReceivedBytes } from './received-bytes.ts';
import { type Exchange, ScriptedServer, failure, half, json, reset } from './scripted-server.ts';
import { TestClock } from './test-clock.ts';

const key = { namespace: 'shop', name: 'db-0' };
const path = '/api/v1/namespaces/shop/pods/db-0';
const collection = '/api/v1/namespaces/shop/pods';
const manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'db-0', namespace: 'shop' } };

test('fields that this program does not know survive a round trip', async () => {
  await using server = await ScriptedServer.start();
  const stored = pod('db-0', '1', { spec: { brandNew: { nested: [1, null, 'x'] } } });
  server.script(`GET ${path}`, json(200, stored)).script(`POST ${collection}`, json(201, stored));
  const kube = kubeFor(server.url);
  const read = await kube.get(pods, key, { signal: patient() });
  await kube.create(pods, read, { signal: patient() });
  expect(JSON.parse(server.requests[1]?.body ?? '')).toEqual(stored);
});

test('many calls share the connections that are there', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, json(200, pod('db-0', '1')));
  const kube = kubeFor(server.url);
  for (let call = 0; call < 20; call++) await kube.get(pods, key, { signal: patient() });
  // undici opens a second one when the first is still tidying up after an answer.
  expect(server.accepted).toBeLessThanOrEqual(2);
  await kube.close();
});

test('a refusal carries the words, reason and details of the API server', async () => {
  await using server = await ScriptedServer.start();
  const details = { name: 'db-0', kind: 'pods' };
  const body = {
    kind: 'Status',
    code: 403,
    reason: 'Forbidden',
    message: 'pods "db-0" is forbidden: no',
    details,
  };
  server.script(`GET ${path}`, json(403, body));
  const error = await rejectionOf(kubeFor(server.url).get(pods, key, { signal: patient() }));
  expect(error).toMatchObject({
    name: 'KubeError',
    message: 'pods "db-0" is forbidden: no',
    status: 403,
    reason: 'Forbidden',
    retryable: false,
    details,
    method: 'GET',
    path,
  });
  expect(server.requests).toHaveLength(1);
});

test('a refusal that is not JSON is quoted from its start', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, ({ answer }) => answer.writeHead(418).end(`<html>${'teapot '.repeat(1000)}`));
  const error = await rejectionOf(kubeFor(server.url).get(pods, key, { signal: patient() }));
  expect(error).toMatchObject({ status: 418, reason: 'ImaTeapot' });
  expect((error as Error).message).toMatch(/^<html>teapot teapot/);
  expect((error as Error).message.length).toBeLessThanOrEqual(501);
});

test.each([500, 502, 503, 504])('a read is repeated after a %d', async (status) => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, failure(status, 'Oops', 'later'), json(200, pod('db-0', '1')));
  await kubeFor(server.url).get(pods, key, { signal: patient() });
  expect(server.requests).toHaveLength(2);
});

test('a read is repeated when the connection is reset', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, reset, reset, json(200, pod('db-0', '1')));
  await kubeFor(server.url).get(pods, key, { signal: patient() });
  expect(server.requests).toHaveLength(3);
});

test('a read is repeated when only half of the answer arrives', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, half(pod('db-0', '1')), json(200, pod('db-0', '2')));
  const read = await kubeFor(server.url).get(pods, key, { signal: patient() });
  expect(read.metadata.resourceVersion).toBe('2');
});

const notFound = { kind: 'Status', code: 404, reason: 'NotFound', message: 'no', details: { name: 'db-0' } };

test.each([
  ['breaks off', half(notFound, 404)],
  [
    'ends without a trace',
    ({ answer }: Exchange) => answer.writeHead(404).end(JSON.stringify(notFound).slice(0, 20)),
  ],
])('a 404 whose explanation %s says nothing of the object, and is asked for again', async (_, cut) => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, cut, json(404, notFound));
  const error = await rejectionOf(kubeFor(server.url).get(pods, key, { signal: patient() }));
  expect(error).toMatchObject({ status: 404, details: { name: 'db-0' } });
  expect(server.requests).toHaveLength(2);
});

test('an answer whose end is lost without a trace is not taken for the whole', async () => {
  await using server = await ScriptedServer.start();
  const text = JSON.stringify(pod('db-0', '1'));
  server.script(`GET ${path}`, ({ answer }) => answer.end(text.slice(0, 40)), json(200, pod('db-0', '2')));
  const read = await kubeFor(server.url).get(pods, key, { signal: patient() });
  expect(read.metadata.resourceVersion).toBe('2');
});

test('Retry-After is waited for, with jitter on top, and the backoff doubles', async () => {
  await using server = await ScriptedServer.start();
  const busy = failure(429, 'TooManyRequests', 'slow down', { 'retry-after': '3' });
  server.script(
    `GET ${path}`,
    busy,
    busy,
    failure(503, 'ServiceUnavailable', 'x'),
    json(200, pod('db-0', '1')),
  );
  const clock = new TestClock();
  await kubeFor(server.url, { clock }).get(pods, key, { signal: patient() });
  expect(clock.slept.filter((ms) => ms < 10_000)).toEqual([3125, 3250, 500]);
});

test('a storm of 429 ends after a bounded number of attempts', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, failure(429, 'TooManyRequests', 'slow down', { 'retry-after': '1' }));
  const error = await rejectionOf(kubeFor(server.url).get(pods, key, { signal: patient() }));
  expect(error).toMatchObject({ status: 429, retryable: true });
  expect(server.requests).toHaveLength(7);
});

test('no attempt is made that would start after the total time', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, failure(429, 'TooManyRequests', 'slow down', { 'retry-after': '9' }));
  const kube = kubeFor(server.url, { retry: { totalMs: 20_000 } });
  await rejectionOf(kube.get(pods, key, { signal: patient() }));
  expect(server.requests).toHaveLength(3);
});

test('a create is not repeated when its answer is lost, as the object may exist', async () => {
  await using server = await ScriptedServer.start();
  server.script(`POST ${collection}`, reset, json(201, pod('db-0', '1')));
  const error = await rejectionOf(kubeFor(server.url).create(pods, manifest, { signal: patient() }));
  expect(error).toMatchObject({ status: 0, reason: 'NetworkError', retryable: true });
  expect(server.requests).toHaveLength(1);
});

test('a create is not repeated after a 500', async () => {
  await using server = await ScriptedServer.start();
  server.script(`POST ${collection}`, failure(500, 'InternalError', 'etcdserver: request timed out'));
  await rejectionOf(kubeFor(server.url).create(pods, manifest, { signal: patient() }));
  expect(server.requests).toHaveLength(1);
});

test('a create is repeated after a 429', async () => {
  await using server = await ScriptedServer.start();
  server.script(`POST ${collection}`, failure(429, 'TooManyRequests', 'x'), json(201, pod('db-0', '1')));
  await kubeFor(server.url).create(pods, manifest, { signal: patient() });
  expect(server.requests).toHaveLength(2);
});

test('a create is repeated while the connection is refused', async () => {
  let url: URL;
  {
    await using closed = await ScriptedServer.start();
    ({ url } = closed);
  }
  const clock = new TestClock();
  const error = await rejectionOf(kubeFor(url, { clock }).create(pods, manifest, { signal: patient() }));
  expect(error).toMatchObject({ reason: 'NetworkError', unsent: true });
  expect((error as Error).message).toContain('ECONNREFUSED');
  expect(clock.slept.filter((ms) => ms < 10_000)).toHaveLength(6);
});

test('an attempt that gets no answer is given up at its deadline and repeated', async () => {
  await using server = await ScriptedServer.start();
  const clock = new TestClock();
  server.script(`GET ${path}`, () => clock.advance(30_000), json(200, pod('db-0', '1')));
  await kubeFor(server.url, { clock }).get(pods, key, { signal: patient() });
  expect(server.requests).toHaveLength(2);
});

test('an answer that stops in the middle is given up at its deadline', async () => {
  await using server = await ScriptedServer.start();
  const clock = new TestClock();
  server.script(
    `GET ${collection}`,
    ({ answer }) => {
      // Too much for the kernel's buffers: once it is written, the client is reading it.
      answer.writeHead(200, { 'content-length': 16_000_000 });
      answer.write(Buffer.alloc(14_000_000), () => clock.advance(60_000));
    },
    json(200, podList([pod('db-0', '2')], '2')),
  );
  const list = kubeFor(server.url, { clock }).list(pods, { namespace: 'shop', signal: patient() });
  const read = await Array.fromAsync(list);
  expect(read.map(({ metadata }) => metadata.resourceVersion)).toEqual(['2']);
});

test('an answer may take longer than the deadline as long as it keeps coming', async () => {
  await using server = await ScriptedServer.start();
  const clock = new TestClock();
  using client = new ReceivedBytes();
  const send = async (answer: ServerResponse): Promise<void> => {
    answer.writeHead(200);
    const text = JSON.stringify(podList([], '1'));
    answer.write(text);
    for (let sent = text.length; sent < text.length + 3; sent++) {
      await client.has(sent);
      clock.advance(40_000);
      answer.write(' ');
    }
    answer.end();
  };
  server.script(`GET ${collection}`, ({ answer }) => void send(answer));
  const list = kubeFor(server.url, { clock }).list(pods, { namespace: 'shop', signal: patient() });
  await Array.fromAsync(list);
  expect(server.requests).toHaveLength(1);
});

test('aborting ends a call with the reason of the signal', async () => {
  await using server = await ScriptedServer.start();
  const controller = new AbortController();
  server.script(`GET ${path}`, () => controller.abort(new CancelledError('SIGTERM')));
  const error = await rejectionOf(kubeFor(server.url).get(pods, key, { signal: controller.signal }));
  expect(error).toBe(controller.signal.reason);
  expect(server.requests).toHaveLength(1);
});

test('aborting ends the wait between two attempts', async () => {
  await using server = await ScriptedServer.start();
  const controller = new AbortController();
  const clock = new TestClock(() => false);
  server.script(`GET ${path}`, failure(503, 'ServiceUnavailable', 'x'));
  const read = rejectionOf(kubeFor(server.url, { clock }).get(pods, key, { signal: controller.signal }));
  await clock.sleeping(125);
  controller.abort(new CancelledError('SIGTERM'));
  expect(await read).toBe(controller.signal.reason);
});

test('a 401 makes the credentials be read again, once', async () => {
  await using server = await ScriptedServer.start();
  let token = 'old';
  const access = accessTo(server.url, {
    credentials: () => Promise.resolve({ headers: { Authorization: `Bearer ${token}` }, tls: {} }),
    refresh: () => {
      token = 'new';
    },
  });
  server.script(`GET ${path}`, ({ request, answer, socket }) => {
    const isNew = request.headers.authorization === 'Bearer new';
    (isNew ? json(200, pod('db-0', '1')) : failure(401, 'Unauthorized', 'expired'))({
      request,
      answer,
      socket,
    });
  });
  await kubeFor(server.url, { access }).get(pods, key, { signal: patient() });
  expect(server.requests).toHaveLength(2);
});

test('a second 401 is final', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, failure(401, 'Unauthorized', 'no'));
  const error = await rejectionOf(kubeFor(server.url).get(pods, key, { signal: patient() }));
  expect(error).toMatchObject({ status: 401, retryable: false });
  expect(server.requests).toHaveLength(2);
});

test('a server address with a path keeps it', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET /k8s/clusters/c1${path}`, json(200, pod('db-0', '1')));
  const kube = kubeFor(new URL('/k8s/clusters/c1', server.url));
  expect((await kube.get(pods, key, { signal: patient() })).metadata.name).toBe('db-0');
});

test('calls that are refused together have the credentials read again once', async () => {
  await using server = await ScriptedServer.start();
  let token = 'old';
  let refreshes = 0;
  const access = accessTo(server.url, {
    credentials: () => Promise.resolve({ headers: { Authorization: `Bearer ${token}` }, tls: {} }),
    refresh: () => {
      refreshes++;
      token = 'new';
    },
  });
  const held: (() => void)[] = [];
  server.script(`GET ${path}`, (exchange) => {
    if (exchange.request.headers.authorization === 'Bearer new') return json(200, pod('db-0', '1'))(exchange);
    held.push(() => failure(401, 'Unauthorized', 'expired')(exchange));
    if (held.length === 5) for (const refuse of held) refuse();
  });
  const kube = kubeFor(server.url, { access });
  await Promise.all(Array.from({ length: 5 }, () => kube.get(pods, key, { signal: patient() })));
  expect(refreshes).toBe(1);
  await kube.close();
});

test('credentials that cannot be read are an error that says so', async () => {
  await using server = await ScriptedServer.start();
  const access = accessTo(server.url, { credentials: () => Promise.reject(new Error('no such plugin')) });
  const error = await rejectionOf(kubeFor(server.url, { access }).get(pods, key, { signal: patient() }));
  expect(error).toMatchObject({ reason: 'NoCredentials', retryable: false });
  expect((error as Error).message).toContain('no such plugin');
});

test('aborting does not wait for a credential plugin that hangs', async () => {
  await using server = await ScriptedServer.start();
  const controller = new AbortController();
  const access = accessTo(server.url, {
    credentials: () => {
      controller.abort(new CancelledError('SIGTERM'));
      return new Promise(() => {});
    },
  });
  const error = await rejectionOf(
    kubeFor(server.url, { access }).get(pods, key, { signal: controller.signal }),
  );
  expect(error).toBe(controller.signal.reason);
});

test('calls that start together read the credentials once between them', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, json(200, pod('db-0', '1')));
  let readings = 0;
  const access = accessTo(server.url, {
    credentials: () => {
      readings++;
      return Promise.resolve({ headers: {}, tls: {} });
    },
  });
  const kube = kubeFor(server.url, { access });
  await Promise.all(Array.from({ length: 5 }, () => kube.get(pods, key, { signal: patient() })));
  expect(readings).toBe(1);
  await kube.close();
});
