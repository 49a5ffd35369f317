import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CancelledError } from '../../src/core/errors.ts';
import type { Kube } from '../../src/kube/kube.ts';
import { pods } from '../../src/kube/resources.ts';
import { createAuthority } from '../../scripts/certificates.ts';
import { ConnectProxy } from './connect-proxy.ts';
import { accessTo, kubeFor, patient, pod, podList, rejectionOf } from './fixtures.ts';
import { localProcess } from './local-process.ts';
import { ScriptedServer, json, watchEvents } from './scripted-server.ts';
import { TestClock } from './test-clock.ts';

const key = { namespace: 'shop', name: 'a' };
const collection = '/api/v1/namespaces/shop/pods';
const target = { namespace: 'shop', pod: 'a', container: 'c', command: ['true'], killOnAbort: false };
const authority = createAuthority();

/** As many as share the connections of calls. */
const shared = 8;

let server: ScriptedServer;
beforeEach(async () => {
  const { cert, key: secret } = authority;
  server = await ScriptedServer.start({ tls: { cert, key: secret } });
  server.script(`GET ${collection}/a`, json(200, pod('a', '1'))).exec(localProcess);
  server.script(`POST ${collection}`, json(201, pod('a', '1')));
});
afterEach(() => server[Symbol.asyncDispose]());

/** Behind a proxy that opens so many tunnels in which nothing comes. */
async function behind(silences: number) {
  const proxy = await ConnectProxy.start(server.port, 200, silences);
  const clock = new TestClock();
  const access = accessTo(new URL('https://kube.test:6443'), {
    proxy: proxy.url,
    credentials: () => Promise.resolve({ headers: {}, tls: { ca: authority.ca } }),
  });
  const kube = kubeFor(server.url, { access, clock });
  const isStuck = () => vi.waitUntil(() => proxy.asked.length >= silences, { timeout: 10_000 });
  return {
    proxy,
    clock,
    kube,
    isStuck,
    async [Symbol.asyncDispose]() {
      await kube.close();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

const uses: Record<string, (kube: Kube, signal: AbortSignal) => Promise<unknown>> = {
  'a read': (kube, signal) => kube.get(pods, key, { signal }),
  'a create': (kube, signal) => kube.create(pods, pod('a', ''), { signal }),
  'an exec': (kube, signal) => kube.exec({ ...target, signal }),
  'a watch': (kube, signal) => kube.watch(pods, { namespace: 'shop', signal }).next(),
};

describe('a proxy that goes silent in the TLS handshake', () => {
  it.each(['a read', 'a create', 'an exec'])('is given up in time, and %s goes another way', async (use) => {
    await using scene = await behind(1);
    const result = uses[use]?.(scene.kube, patient());
    await scene.isStuck();
    scene.clock.advance(15_000);
    await expect(result).resolves.toBeDefined();
    expect(scene.proxy.asked).toHaveLength(2);
  });

  it.each(Object.keys(uses))('holds up %s no longer than the signal', async (use) => {
    await using scene = await behind(1);
    const stop = new AbortController();
    const failure = rejectionOf(uses[use]?.(scene.kube, stop.signal) ?? Promise.resolve());
    await scene.isStuck();
    stop.abort(new CancelledError('SIGTERM'));
    expect(await failure).toBe(stop.signal.reason);
  });

  it('holds up no call in the queue longer than its signal', async () => {
    await using scene = await behind(shared);
    const stop = new AbortController();
    const failures = Array.from({ length: 2 * shared }, () =>
      rejectionOf(scene.kube.get(pods, key, { signal: stop.signal })),
    );
    await scene.isStuck();
    stop.abort(new CancelledError('SIGTERM'));
    expect(new Set(await Promise.all(failures))).toEqual(new Set([stop.signal.reason]));
  });

  it('is a queue for no later call, once its connections are thrown away', async () => {
    await using scene = await behind(shared);
    const calls = Array.from({ length: 2 * shared }, () => scene.kube.get(pods, key, { signal: patient() }));
    await scene.isStuck();
    scene.clock.advance(15_000);
    expect(await Promise.all(calls)).toHaveLength(2 * shared);
  });

  it('keeps no connection of a client that was closed', async () => {
    await using scene = await behind(2);
    const failures = [uses['a read'], uses['an exec']].map((use) =>
      rejectionOf(use?.(scene.kube, patient()) ?? Promise.resolve()),
    );
    await scene.isStuck();
    await scene.kube.close();
    await expect.poll(() => scene.proxy.connections, { timeout: 10_000 }).toBe(0);
    scene.clock.advance(120_000);
    await Promise.all(failures);
  });
});

it('a call waits for no watch, however many there are', async () => {
  const metadata = { resourceVersion: '2' };
  const bookmark = { type: 'BOOKMARK', object: { apiVersion: 'v1', kind: 'Pod', metadata } };
  const watches: unknown[] = [];
  server.script(`GET ${collection}`, (exchange) => {
    const isWatch = exchange.request.query.has('watch');
    if (isWatch) watches.push(exchange);
    (isWatch ? watchEvents([bookmark], 'open') : json(200, podList([], '1')))(exchange);
  });
  const access = accessTo(server.url, {
    credentials: () => Promise.resolve({ headers: {}, tls: { ca: authority.ca, servername: 'kube.test' } }),
  });
  const kube = kubeFor(server.url, { access });
  const stop = new AbortController();
  const ends = Array.from({ length: 3 * shared }, async () => {
    for await (const _ of kube.watch(pods, { namespace: 'shop', signal: stop.signal }));
  }).map(rejectionOf);
  await vi.waitUntil(() => watches.length === 3 * shared, { timeout: 10_000 });
  expect(await kube.get(pods, key, { signal: patient() })).toEqual(pod('a', '1'));
  stop.abort(new CancelledError('done'));
  await Promise.all(ends);
  await kube.close();
});
