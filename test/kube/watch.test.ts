import { setImmediate } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { CancelledError } from '../../src/core/errors.ts';
import type { WatchEvent } from '../../src/kube/kube.ts';
import { pods } from '../../src/kube/resources.ts';
import { kubeFor, patient, pod, podList, rejectionOf, take } from './fixtures.ts';
import { ScriptedServer, failure, json, reset, silence, watchEvents } from './scripted-server.ts';
import type { Step } from './scripted-server.ts';
import { TestClock } from './test-clock.ts';

const path = '/api/v1/namespaces/shop/pods';

const next = (steps: Step[]): Step => (steps.length > 1 ? steps.shift() : steps[0]) ?? silence;

/** A server whose lists and watches of pods have scripts of their own; the last steps repeat. */
function scripted(server: ScriptedServer, lists: Step[], watches: Step[]): void {
  server.script(`GET ${path}`, (exchange) =>
    next(exchange.request.query.has('watch') ? watches : lists)(exchange),
  );
}

function watchesOf(server: ScriptedServer): (string | null)[] {
  return server.requests
    .filter(({ query }) => query.has('watch'))
    .map(({ query }) => query.get('resourceVersion'));
}

function words(events: WatchEvent[]): string[] {
  return events.map((event) =>
    event.type === 'BOOKMARK'
      ? `BOOKMARK ${event.resourceVersion}`
      : `${event.type} ${event.object.metadata.name} ${event.object.metadata.resourceVersion}`,
  );
}

const event = (type: string, name: string, version: string) => ({ type, object: pod(name, version) });
const bookmark = (resourceVersion: string) => ({
  type: 'BOOKMARK',
  object: { kind: 'Pod', apiVersion: 'v1', metadata: { resourceVersion } },
});
const tooOld = {
  type: 'ERROR',
  object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' },
};
const options = () => ({ namespace: 'shop', signal: patient() });

test('a watch tells what is there, then a bookmark, then what changes', async () => {
  await using server = await ScriptedServer.start();
  scripted(
    server,
    [json(200, podList([pod('a', '1')], '9'))],
    [
      watchEvents(
        [event('MODIFIED', 'a', '10'), event('ADDED', 'b', '11'), event('DELETED', 'a', '12')],
        'open',
      ),
    ],
  );
  const events = await take(kubeFor(server.url).watch(pods, options()), 5);
  expect(words(events)).toEqual(['ADDED a 1', 'BOOKMARK 9', 'MODIFIED a 10', 'ADDED b 11', 'DELETED a 12']);
  expect(server.requests[1]?.query.get('allowWatchBookmarks')).toBe('true');
});

test.each(['end', 'reset'] as const)(
  'after the %s of a connection it goes on from the last version',
  async (then) => {
    await using server = await ScriptedServer.start();
    scripted(
      server,
      [json(200, podList([], '9'))],
      [
        watchEvents([event('ADDED', 'a', '10')], then),
        watchEvents([bookmark('15')], then),
        watchEvents([event('ADDED', 'b', '16')], 'open'),
      ],
    );
    const clock = new TestClock();
    const events = await take(kubeFor(server.url, { clock }).watch(pods, options()), 4);
    expect(words(events)).toEqual(['BOOKMARK 9', 'ADDED a 10', 'BOOKMARK 15', 'ADDED b 16']);
    // Each of them was of use, so there was no reason to wait.
    expect(clock.slept.filter((ms) => ms < 10_000)).toEqual([]);
    expect(watchesOf(server)).toEqual(['9', '10', '15']);
  },
);

test.each([
  ['an ERROR event', watchEvents([tooOld], 'end')],
  ['the answer', failure(410, 'Expired', 'too old')],
])('a version that is too old, told by %s, makes it list again and tell the difference', async (_, step) => {
  await using server = await ScriptedServer.start();
  scripted(
    server,
    [
      json(200, podList([pod('a', '1'), pod('b', '2'), pod('c', '3')], '9')),
      json(200, podList([pod('b', '2'), pod('c', '30'), pod('d', '31')], '40')),
    ],
    [step, watchEvents([event('MODIFIED', 'd', '41')], 'open')],
  );
  const events = await take(kubeFor(server.url).watch(pods, options()), 9);
  expect(words(events).slice(4)).toEqual([
    'DELETED a 1',
    'MODIFIED c 30',
    'ADDED d 31',
    'BOOKMARK 40',
    'MODIFIED d 41',
  ]);
});

test('a deletion that was missed is told once', async () => {
  await using server = await ScriptedServer.start();
  scripted(
    server,
    [json(200, podList([pod('a', '1')], '9')), json(200, podList([], '20')), json(200, podList([], '30'))],
    [watchEvents([tooOld], 'end'), watchEvents([tooOld], 'end'), silence],
  );
  const events = await take(kubeFor(server.url).watch(pods, options()), 5);
  expect(words(events)).toEqual(['ADDED a 1', 'BOOKMARK 9', 'DELETED a 1', 'BOOKMARK 20', 'BOOKMARK 30']);
});

test('a list whose pages expire half way is told as it is at its end', async () => {
  await using server = await ScriptedServer.start();
  scripted(
    server,
    [
      json(200, podList([pod('a', '1'), pod('b', '1')], '9', 'next')),
      failure(410, 'Expired', 'continue parameter is too old'),
      json(200, podList([pod('b', '2')], '20')),
    ],
    [silence],
  );
  const events = await take(kubeFor(server.url).watch(pods, options()), 2);
  expect(words(events)).toEqual(['ADDED b 2', 'BOOKMARK 20']);
});

test('an object made again under its name while nobody looked is deleted first, then added', async () => {
  await using server = await ScriptedServer.start();
  const again = pod('a', '5');
  again.metadata.uid = 'another';
  scripted(
    server,
    [json(200, podList([pod('a', '1')], '9')), json(200, podList([again], '40'))],
    [watchEvents([tooOld], 'end'), silence],
  );
  const events = await take(kubeFor(server.url).watch(pods, options()), 4);
  expect(words(events)).toEqual(['ADDED a 1', 'BOOKMARK 9', 'DELETED a 1', 'ADDED a 5']);
});

const cut: Step = ({ answer, socket }) => {
  answer.writeHead(200);
  answer.write('{"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"a"', () => socket.destroy());
};

test('a line that breaks off is not an event', async () => {
  await using server = await ScriptedServer.start();
  scripted(server, [json(200, podList([], '9'))], [cut, watchEvents([event('ADDED', 'a', '10')], 'open')]);
  const events = await take(kubeFor(server.url).watch(pods, options()), 2);
  expect(words(events)).toEqual(['BOOKMARK 9', 'ADDED a 10']);
});

test('an outage of the API server is outlived, with growing pauses', async () => {
  await using server = await ScriptedServer.start();
  scripted(
    server,
    [json(200, podList([], '9'))],
    [reset, reset, failure(503, 'ServiceUnavailable', 'x'), watchEvents([event('ADDED', 'a', '10')], 'open')],
  );
  const clock = new TestClock();
  await take(kubeFor(server.url, { clock }).watch(pods, options()), 2);
  expect(clock.slept.filter((ms) => ms < 10_000)).toEqual([250, 500, 1000]);
});

test('a refusal that no repetition cures ends the watch', async () => {
  await using server = await ScriptedServer.start();
  scripted(server, [json(200, podList([], '9'))], [failure(403, 'Forbidden', 'may not watch')]);
  const error = await rejectionOf(take(kubeFor(server.url).watch(pods, options()), 2));
  expect(error).toMatchObject({ status: 403, message: 'may not watch' });
});

test.each([
  ['from the beginning', []],
  ['after an event', [event('ADDED', 'a', '10')]],
])('a connection that falls silent %s is given up and renewed', async (_, first) => {
  await using server = await ScriptedServer.start();
  const clock = new TestClock();
  const again = watchEvents([event('ADDED', 'b', '11')], 'open');
  scripted(server, [json(200, podList([], '9'))], [watchEvents(first, 'open'), again]);
  const told: WatchEvent[] = [];
  const done = (async () => {
    for await (const one of kubeFor(server.url, { clock }).watch(pods, {
      ...options(),
      timeoutSeconds: 60,
    })) {
      if (told.push(one) === first.length + 2) return;
    }
  })();
  await clock.sleeping(75_000);
  await vi.waitUntil(() => watchesOf(server).length === 1 && told.length === first.length + 1);
  clock.advance(74_999);
  await setImmediate();
  expect(watchesOf(server)).toHaveLength(1);
  clock.advance(1);
  await done;
  expect(words(told).at(-1)).toBe('ADDED b 11');
  expect(watchesOf(server)).toHaveLength(2);
  expect(server.requests.at(-1)?.query.get('timeoutSeconds')).toBe('60');
});

test('aborting ends the watch with the reason of the signal', async () => {
  await using server = await ScriptedServer.start();
  const controller = new AbortController();
  scripted(server, [json(200, podList([], '9'))], [() => controller.abort(new CancelledError('SIGTERM'))]);
  const watch = kubeFor(server.url).watch(pods, { namespace: 'shop', signal: controller.signal });
  expect(await rejectionOf(take(watch, 2))).toBe(controller.signal.reason);
});

test('leaving the loop closes the connection', async () => {
  await using server = await ScriptedServer.start();
  const closed = Promise.withResolvers<void>();
  const open = watchEvents([event('ADDED', 'a', '10')], 'open');
  scripted(
    server,
    [json(200, podList([], '9'))],
    [
      (exchange) => {
        exchange.socket.on('close', () => closed.resolve());
        open(exchange);
      },
    ],
  );
  await take(kubeFor(server.url).watch(pods, options()), 2);
  await expect(closed.promise).resolves.toBeUndefined();
});

test('Retry-After is waited for between two connections', async () => {
  await using server = await ScriptedServer.start();
  const busy = failure(429, 'TooManyRequests', 'slow down', { 'retry-after': '4' });
  scripted(server, [json(200, podList([], '9'))], [busy, watchEvents([event('ADDED', 'a', '10')], 'open')]);
  const clock = new TestClock();
  await take(kubeFor(server.url, { clock }).watch(pods, options()), 2);
  expect(clock.slept.filter((ms) => ms < 10_000)).toEqual([4250]);
});

test('connections that end at their time and in peace are renewed without a pause', async () => {
  await using server = await ScriptedServer.start();
  const clock = new TestClock();
  const quiet: Step = ({ answer }) => {
    answer.writeHead(200);
    answer.write('', () => clock.advance(60_000));
    answer.end();
  };
  scripted(
    server,
    [json(200, podList([], '9'))],
    [quiet, quiet, watchEvents([event('ADDED', 'a', '10')], 'open')],
  );
  await take(kubeFor(server.url, { clock }).watch(pods, options()), 2);
  expect(clock.slept.filter((ms) => ms < 10_000)).toEqual([]);
});
