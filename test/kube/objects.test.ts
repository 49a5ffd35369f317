import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { collectionPath, objectPath } from '../../src/kube/path.ts';
import { KubeError } from '../../src/kube/error.ts';
import { deployments, persistentVolumes, pods, volumeSnapshots } from '../../src/kube/resources.ts';
import { kubeFor, patient, pod, rejectionOf } from './fixtures.ts';
import { ScriptedServer, failure, json, nobodyKnows, notThere } from './scripted-server.ts';
import type { Step } from './scripted-server.ts';

const key = { namespace: 'shop', name: 'db-0' };
const path = '/api/v1/namespaces/shop/pods/db-0';

test('paths follow group, version, namespace and name', () => {
  expect(collectionPath(pods)).toBe('/api/v1/pods');
  expect(collectionPath(deployments, 'shop')).toBe('/apis/apps/v1/namespaces/shop/deployments');
  expect(objectPath(persistentVolumes, { name: 'pv-1' })).toBe('/api/v1/persistentvolumes/pv-1');
  expect(objectPath(deployments, { namespace: 'shop', name: 'web' }, 'scale')).toBe(
    '/apis/apps/v1/namespaces/shop/deployments/web/scale',
  );
});

const invalidName = expect.objectContaining({ reason: 'InvalidName', retryable: false }) as unknown;
const steering = [
  '',
  '.',
  '..',
  '../x',
  'a/b',
  'a\\b',
  '..\\..\\secrets',
  'a?',
  'a#',
  'a%2fb',
  '%2e%2e',
  'a b',
  'a\0',
  'a\n',
  'Ä',
  'a\u202Eb',
  '-a',
  'a-',
  'a..b',
  'x'.repeat(254),
];

test.each(steering)('%o is refused as any part of a path, for it would address something else', (text) => {
  for (const field of ['group', 'version', 'plural'] as const) {
    if (field === 'group' && text === '') continue; // The core group.
    expect(() => collectionPath({ ...deployments, [field]: text }, 'shop')).toThrow(invalidName);
  }
  expect(() => objectPath(pods, { namespace: text, name: 'x' })).toThrow(invalidName);
  expect(() => objectPath(pods, { namespace: 'shop', name: text })).toThrow(invalidName);
  expect(() => objectPath(pods, { namespace: 'shop', name: 'x' }, text as 'scale')).toThrow(invalidName);
});

test.each(['', 'v', 'V1', 'v1.2', 'v1gamma1', 'v1alpha', '1', 'v1/x', 'v1\\..'])(
  '%o is no version of an API',
  (version) => {
    expect(() => collectionPath({ ...volumeSnapshots, version })).toThrow(invalidName);
  },
);

test('whatever the parts are, a path is refused or has just these parts', () => {
  const pieces = ['a', 'v', '1', '-', '.', '..', '/', '\\', '%', '2e', '?', '#', '\0', '\t', ':', '@', 'ä'];
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 5 }).map((parts) => parts.join(''));
  const parts = fc.record({ group: text, version: text, plural: text, namespace: text, name: text });
  fc.assert(
    fc.property(parts, ({ namespace, name, ...place }) => {
      let path: string;
      try {
        path = objectPath({ ...place, kind: 'Any' }, { namespace, name });
      } catch (error) {
        if (error instanceof KubeError && error.reason === 'InvalidName') return;
        throw error;
      }
      const { group, version, plural } = place;
      const root = group === '' ? ['api'] : ['apis', group];
      const wanted = ['', ...root, version, 'namespaces', namespace, plural, name];
      expect(new URL(path, 'https://server').pathname.split('/')).toEqual(wanted);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['another name', { ...pod('db-1', '1') }],
  ['another namespace', { ...pod('db-0', '1'), metadata: { name: 'db-0', namespace: 'evil' } }],
  ['no name', { ...pod('db-0', '1'), metadata: { namespace: 'shop' } }],
  ['another kind', { ...pod('db-0', '1'), kind: 'Secret' }],
  ['another group', { ...pod('db-0', '1'), apiVersion: 'apps/v1' }],
])('an answer with %s is no answer to what was asked', async (_what, answer) => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, json(200, answer)).script(`PATCH ${path}`, json(200, answer));
  const kube = kubeFor(server.url);
  const unexpected = { reason: 'UnexpectedAnswer', retryable: false };
  expect(await rejectionOf(kube.get(pods, key, { signal: patient() }))).toMatchObject(unexpected);
  expect(await rejectionOf(kube.patch(pods, key, {}, { signal: patient() }))).toMatchObject(unexpected);
});

test('what a key carries besides is not asked for', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, json(200, pod('db-0', '1')));
  const carrying = { ...key, group: 'together', version: 'v9', kind: 'Backup' };
  const found = await kubeFor(server.url).get(pods, carrying, { signal: patient() });
  expect(found.metadata.name).toBe('db-0');
});

test('find says undefined for what does not exist, and get throws', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, notThere('pods', 'db-0'));
  const kube = kubeFor(server.url);
  expect(await kube.find(pods, key, { signal: patient() })).toBeUndefined();
  expect(await rejectionOf(kube.get(pods, key, { signal: patient() }))).toMatchObject({ status: 404 });
});

test.each<[string, Step]>([
  ['text', nobodyKnows],
  ['words that name no object', failure(404, 'NotFound', 'the server could not find the requested resource')],
  ['the words for another object', notThere('pods', 'db-1')],
])('a 404 with %s does not say that an object is gone', async (_, step) => {
  await using server = await ScriptedServer.start();
  for (const method of ['GET', 'PATCH', 'DELETE']) server.script(`${method} ${path}`, step);
  const kube = kubeFor(server.url);
  const options = { signal: patient() };
  await expect(kube.find(pods, key, options)).rejects.toMatchObject({ retryable: false });
  await expect(kube.delete(pods, key, options)).rejects.toMatchObject({ retryable: false });
  await expect(kube.patch(pods, key, {}, options)).rejects.toMatchObject({ retryable: false });
});

test('a 404 that names no object is none to whoever asks by its status, and says what to look at', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, nobodyKnows);
  expect(await rejectionOf(kubeFor(server.url).get(pods, key, { signal: patient() }))).toMatchObject({
    status: 0,
    reason: 'NotServed',
    message: expect.stringMatching(/nobody says whether there is such a Pod \(404 page not found\); see/),
  });
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
  server.script(`DELETE ${path}`, failure(503, 'ServiceUnavailable', 'x'), notThere('pods', 'db-0'));
  await kubeFor(server.url).delete(pods, key, { signal: patient() });
  expect(server.requests).toHaveLength(2);
});
