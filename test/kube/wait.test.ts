import { expect, test } from 'vitest';
import { UserError } from '../../src/core/errors.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { pods } from '../../src/kube/resources.ts';
import { waitFor } from '../../src/kube/wait.ts';
import { kubeFor, patient, pod, podList, rejectionOf } from './fixtures.ts';
import { ScriptedServer, json, watchEvents } from './scripted-server.ts';

const path = '/api/v1/namespaces/shop/pods';
const key = { namespace: 'shop', name: 'a' };
const isReady = (object: KubeObject | undefined): boolean => object?.phase === 'Ready';
const isGone = (object: KubeObject | undefined): boolean => object === undefined;
const giveUp = (): boolean => {
  throw new UserError('snapshot', 'it failed');
};

test('an object that is already as wanted is returned without a watch', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, json(200, podList([pod('a', '1', { phase: 'Ready' })], '9')));
  const found = await waitFor(kubeFor(server.url), pods, key, isReady, { signal: patient() });
  expect(found?.metadata.resourceVersion).toBe('1');
  expect(server.requests.map(({ query }) => query.get('fieldSelector'))).toEqual(['metadata.name=a']);
});

test('the change that makes it so is waited for', async () => {
  await using server = await ScriptedServer.start();
  const changes = [
    { type: 'MODIFIED', object: pod('a', '10') },
    { type: 'MODIFIED', object: pod('a', '11', { phase: 'Ready' }) },
  ];
  server.script(`GET ${path}`, json(200, podList([pod('a', '1')], '9')), watchEvents(changes, 'open'));
  const found = await waitFor(kubeFor(server.url), pods, key, isReady, { signal: patient() });
  expect(found?.metadata.resourceVersion).toBe('11');
});

test('absence can be waited for', async () => {
  await using server = await ScriptedServer.start();
  const gone = [{ type: 'DELETED', object: pod('a', '10') }];
  server.script(`GET ${path}`, json(200, podList([pod('a', '1')], '9')), watchEvents(gone, 'open'));
  expect(await waitFor(kubeFor(server.url), pods, key, isGone, { signal: patient() })).toBeUndefined();
});

test('what was never there is absent', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, json(200, podList([], '9')));
  await waitFor(kubeFor(server.url), pods, key, isGone, { signal: patient() });
  expect(server.requests).toHaveLength(1);
});

test('the condition may give up by throwing', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, json(200, podList([pod('a', '1', { phase: 'Failed' })], '9')));
  const error = await rejectionOf(waitFor(kubeFor(server.url), pods, key, giveUp, { signal: patient() }));
  expect(error).toBeInstanceOf(UserError);
});
