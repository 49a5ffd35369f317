import { expect, test } from 'vitest';
import {
  collectionPath,
  deployments,
  objectPath,
  persistentVolumes,
  pods,
} from '../../src/kube/resources.ts';
import { kubeFor, patient, pod, rejectionOf } from './fixtures.ts';
import { ScriptedServer, failure, json } from './scripted-server.ts';

const key = { namespace: 'shop', name: 'db-0' };
const path = '/api/v1/namespaces/shop/pods/db-0';

test('paths follow group, version, namespace and name', () => {
  expect(collectionPath(pods)).toBe('/api/v1/pods');
  expect(collectionPath(deployments, 'shop')).toBe('/apis/apps/v1/namespaces/shop/deployments');
  expect(objectPath(persistentVolumes, { name: 'pv-1' })).toBe('/api/v1/persistentvolumes/pv-1');
  expect(objectPath(pods, { namespace: 'a/b', name: '../x' })).toBe('/api/v1/namespaces/a%2Fb/pods/..%2Fx');
});

test.each(['', '.', '..'])('%o is refused as a name, for it would address something else', (name) => {
  expect(() => objectPath(pods, { namespace: 'shop', name })).toThrow(TypeError);
});

test('find says undefined for what does not exist, and get throws', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, failure(404, 'NotFound', 'pods "db-0" not found'));
  const kube = kubeFor(server.url);
  expect(await kube.find(pods, key, { signal: patient() })).toBeUndefined();
  expect(await rejectionOf(kube.get(pods, key, { signal: patient() }))).toMatchObject({ status: 404 });
});

test('a patch is a JSON merge patch', async () => {
  await using server = await ScriptedServer.start();
  server.script(`PATCH ${path}`, json(200, pod('db-0', '2')));
  const patch = { metadata: { labels: { tier: null }, resourceVersion: '1' } };
  await kubeFor(server.url).patch(pods, key, patch, { signal: patient(), fieldManager: 'backup-ns' });
  expect(server.requests[0]?.headers['content-type']).toBe('application/merge-patch+json');
  expect(server.requests[0]?.query.get('fieldManager')).toBe('backup-ns');
  expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual(patch);
});

test('a patch can go to the scale of a workload', async () => {
  await using server = await ScriptedServer.start();
  server.script('PATCH /apis/apps/v1/namespaces/shop/deployments/web/scale', json(200, pod('web', '2')));
  const patch = { spec: { replicas: 0 } };
  const web = { namespace: 'shop', name: 'web' };
  await kubeFor(server.url).patch(deployments, web, patch, { signal: patient(), subresource: 'scale' });
  expect(server.requests).toHaveLength(1);
});

test('apply names its field manager and takes fields over only when asked', async () => {
  await using server = await ScriptedServer.start();
  server.script(`PATCH ${path}`, json(200, pod('db-0', '2')));
  const kube = kubeFor(server.url);
  await kube.apply(pods, pod('db-0', '1'), { signal: patient(), fieldManager: 'backup-ns' });
  await kube.apply(pods, pod('db-0', '1'), { signal: patient(), fieldManager: 'backup-ns', force: true });
  expect(server.requests.map(({ query }) => query.get('force'))).toEqual([null, 'true']);
  expect(server.requests[0]?.headers['content-type']).toBe('application/apply-patch+yaml');
});

test('a dry run is the server’s own', async () => {
  await using server = await ScriptedServer.start();
  server.script('POST /api/v1/namespaces/shop/pods', json(201, pod('db-0', '1')));
  await kubeFor(server.url).create(pods, pod('db-0', ''), { signal: patient(), dryRun: true });
  expect(server.requests[0]?.query.get('dryRun')).toBe('All');
});

test('a delete carries its preconditions', async () => {
  await using server = await ScriptedServer.start();
  server.script(`DELETE ${path}`, json(200, { kind: 'Status', status: 'Success' }));
  const options = {
    uid: 'u',
    resourceVersion: '7',
    propagationPolicy: 'Foreground' as const,
    signal: patient(),
  };
  await kubeFor(server.url).delete(pods, key, options);
  expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    preconditions: { uid: 'u', resourceVersion: '7' },
    propagationPolicy: 'Foreground',
  });
});

test('a delete whose precondition fails throws the conflict', async () => {
  await using server = await ScriptedServer.start();
  server.script(`DELETE ${path}`, failure(409, 'Conflict', 'the UID in the precondition does not match'));
  const error = await rejectionOf(kubeFor(server.url).delete(pods, key, { uid: 'u', signal: patient() }));
  expect(error).toMatchObject({ status: 409, reason: 'Conflict', retryable: false });
});

test('a delete of what is already gone is done', async () => {
  await using server = await ScriptedServer.start();
  server.script(`DELETE ${path}`, failure(503, 'ServiceUnavailable', 'x'), failure(404, 'NotFound', 'gone'));
  await kubeFor(server.url).delete(pods, key, { signal: patient() });
  expect(server.requests).toHaveLength(2);
});
