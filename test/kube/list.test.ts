import { expect, test } from 'vitest';
import type { KubeObject } from '../../src/kube/object.ts';
import { pods } from '../../src/kube/resources.ts';
import { kubeFor, patient, pod, podList, rejectionOf } from './fixtures.ts';
import { ScriptedServer, failure, half, json, reset } from './scripted-server.ts';

const path = '/api/v1/namespaces/shop/pods';
const expired = failure(410, 'Expired', 'The provided continue parameter is too old');

async function names(objects: AsyncIterable<KubeObject>): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = [];
  for await (const { metadata } of objects) found.push(metadata.name);
  return found;
}

test('all pages are read, and items get the kind that lists leave out', async () => {
  await using server = await ScriptedServer.start();
  server.script(
    `GET ${path}`,
    json(200, podList([pod('a', '1'), pod('b', '1')], '9', 'next')),
    json(200, podList([pod('c', '1')], '9')),
  );
  const found: KubeObject[] = [];
  const options = { namespace: 'shop', labelSelector: 'app in (a,b)', limit: 2, signal: patient() };
  for await (const object of kubeFor(server.url).list(pods, options)) found.push(object);
  expect(found).toEqual([pod('a', '1'), pod('b', '1'), pod('c', '1')]);
  expect(server.requests.map(({ query }) => query.get('continue'))).toEqual([null, 'next']);
  expect(server.requests.map(({ query }) => query.get('limit'))).toEqual(['2', '2']);
  expect(server.requests[1]?.query.get('labelSelector')).toBe('app in (a,b)');
});

test('pages are asked for only as they are needed', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, json(200, podList([pod('a', '1')], '9', 'next')));
  for await (const _ of kubeFor(server.url).list(pods, { namespace: 'shop', signal: patient() })) break;
  expect(server.requests).toHaveLength(1);
});

test('a list whose continue token expires starts again and yields no object twice', async () => {
  await using server = await ScriptedServer.start();
  server.script(
    `GET ${path}`,
    json(200, podList([pod('a', '1'), pod('b', '1')], '9', 'next')),
    expired,
    json(200, podList([pod('b', '2'), pod('c', '2')], '20', 'more')),
    json(200, podList([pod('d', '2')], '20')),
  );
  const list = kubeFor(server.url).list(pods, { namespace: 'shop', signal: patient() });
  expect(await names(list)).toEqual(['a', 'b', 'c', 'd']);
});

test('an object made again under the same name is another object', async () => {
  await using server = await ScriptedServer.start();
  const again = pod('a', '5');
  again.metadata.uid = 'another';
  server.script(
    `GET ${path}`,
    json(200, podList([pod('a', '1')], '9', 'next')),
    expired,
    json(200, podList([again], '20')),
  );
  const list = kubeFor(server.url).list(pods, { namespace: 'shop', signal: patient() });
  expect(await names(list)).toEqual(['a', 'a']);
});

test('a server that expires every token is given up', async () => {
  await using server = await ScriptedServer.start();
  const first = json(200, podList([pod('a', '1')], '9', 'next'));
  server.script(`GET ${path}`, ({ request, ...rest }) =>
    (request.query.has('continue') ? expired : first)({ request, ...rest }),
  );
  const error = await rejectionOf(
    names(kubeFor(server.url).list(pods, { namespace: 'shop', signal: patient() })),
  );
  expect(error).toMatchObject({ status: 410 });
});

test('a 410 for a first page is an error, not a reason to start again', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, expired);
  await rejectionOf(names(kubeFor(server.url).list(pods, { namespace: 'shop', signal: patient() })));
  expect(server.requests).toHaveLength(1);
});

test('a page that breaks off is asked for again, with the same token', async () => {
  await using server = await ScriptedServer.start();
  const second = podList([pod('b', '1')], '9');
  server.script(
    `GET ${path}`,
    json(200, podList([pod('a', '1')], '9', 'next')),
    half(second),
    reset,
    json(200, second),
  );
  const list = kubeFor(server.url).list(pods, { namespace: 'shop', signal: patient() });
  expect(await names(list)).toEqual(['a', 'b']);
  expect(server.requests.map(({ query }) => query.get('continue'))).toEqual([null, 'next', 'next', 'next']);
});

test('an answer that is not a list is an error, never an empty list', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, json(200, { kind: 'PodList', metadata: {} }));
  const error = await rejectionOf(
    names(kubeFor(server.url).list(pods, { namespace: 'shop', signal: patient() })),
  );
  expect(error).toMatchObject({ reason: 'UnexpectedAnswer' });
});
