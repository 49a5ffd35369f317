import { expect, test } from 'vitest';
import type { WatchEvent } from '../../../src/kube/kube.ts';
import { pods } from '../../../src/kube/resources.ts';
import { kubeFor, patient, pod, podList, rejectionOf, take } from '../../kube/fixtures.ts';
import { ScriptedServer, json, watchEvents } from '../../kube/scripted-server.ts';
import { cutWatch, goneInWatch } from '../../../scripts/faults/fault.ts';
import { collection, faultsBefore, open } from './fixtures.ts';

const event = (version: string) => ({ type: 'MODIFIED', object: pod('db-0', version) });
const options = () => ({ namespace: 'shop', signal: patient() });
const versionsOf = (events: WatchEvent[]): unknown[] =>
  events.map((event) =>
    event.type === 'BOOKMARK' ? event.resourceVersion : event.object.metadata.resourceVersion,
  );

test('a watch that is told 410 lists again, and the upstream never saw it', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.script(
    `GET ${collection}`,
    json(200, podList([], '9')),
    json(200, podList([], '20')),
    watchEvents([event('21')], 'open'),
  );
  faults.inject({ resource: 'pods' }, goneInWatch());
  expect(versionsOf(await take(kubeFor(faults.url).watch(pods, options()), 3))).toEqual(['9', '20', '21']);
  expect(faults.requests.map(({ verb }) => verb)).toEqual(['list', 'watch', 'list', 'watch']);
  expect(server.requests.map(({ query }) => query.has('watch'))).toEqual([false, false, true]);
});

test('a watch is cut after the given number of events, and goes on where it was', async () => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.script(
    `GET ${collection}`,
    json(200, podList([], '9')),
    watchEvents([event('10'), event('11'), event('12')], 'open'),
    watchEvents([event('13')], 'open'),
  );
  faults.inject({ resource: 'pods' }, cutWatch(2));
  const events = await take(kubeFor(faults.url).watch(pods, options()), 4);
  expect(versionsOf(events)).toEqual(['9', '10', '11', '13']);
  expect(server.requests[2]?.query.get('resourceVersion')).toBe('11');
});

test.each([0, 1])('a watch cut after %d events is reset without waiting for another', async (count) => {
  await using server = await ScriptedServer.start();
  await using faults = await faultsBefore(server);
  server.script(`GET ${collection}`, watchEvents([event('10')], 'open'));
  faults.inject({ verb: 'watch' }, cutWatch(count));
  const answer = await open(new URL(`${collection}?watch=1`, faults.url));
  let lines = 0;
  answer.on('data', (chunk: Buffer) => (lines += chunk.toString().split('\n').length - 1));
  const error = await rejectionOf(
    new Promise((resolve, reject) => answer.on('end', resolve).on('error', reject)),
  );
  expect(error).toMatchObject({ code: 'ECONNRESET' });
  expect(lines).toBe(count);
});
