import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { UserError } from '../../src/core/errors.ts';
import { loadClusterAccess } from '../../src/kube/config.ts';
import { pods } from '../../src/kube/resources.ts';
import { createAuthority } from '../../scripts/certificates.ts';
import { kubeFor, patient, pod, rejectionOf } from './fixtures.ts';
import { ScriptedServer, failure, json } from './scripted-server.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

interface Parts {
  readonly server: string;
  readonly cluster?: object;
  readonly user?: object;
  readonly context?: object;
}

function kubeconfig({ server, cluster = {}, user = {}, context = {} }: Parts): string {
  const config = {
    'current-context': 'main',
    clusters: [{ name: 'c', cluster: { server, ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [
      { name: 'main', context: { cluster: 'c', user: 'u', ...context } },
      { name: 'other', context: { cluster: 'c', user: 'u', namespace: 'other-ns' } },
    ],
  };
  return file('config', JSON.stringify(config));
}

const path = '/api/v1/namespaces/shop/pods/a';
const read = (kube: ReturnType<typeof kubeFor>) =>
  kube.get(pods, { namespace: 'shop', name: 'a' }, { signal: patient() });

test('server, namespace and proxy come from the chosen context', () => {
  const config = kubeconfig({
    server: 'https://api.example:6443',
    cluster: { 'proxy-url': 'http://p:3128' },
  });
  const main = loadClusterAccess({ kubeconfig: config, proxy: { httpsProxy: 'http://ignored' } });
  expect(main.server.href).toBe('https://api.example:6443/');
  expect(main.namespace).toBe('default');
  expect(main.proxy?.host).toBe('p:3128');
  expect(loadClusterAccess({ kubeconfig: config, context: 'other' }).namespace).toBe('other-ns');
});

test.each([
  [
    'a context that does not exist',
    { context: 'nope' },
    /no context 'nope'; choose one with --context: main, other/,
  ],
  ['a file that does not exist', { kubeconfig: '/nowhere/config' }, /cannot be read.*nowhere/],
  [
    'a file that is no YAML',
    { kubeconfig: import.meta.filename },
    /The kubeconfig '.*config.test.ts' cannot be read \(.*\); give another by KUBECONFIG or --kubeconfig$/,
  ],
])('%s is a settings error that says what to do', (_, choice, message) => {
  const kubeconfigFile = kubeconfig({ server: 'https://api.example' });
  expect(() => loadClusterAccess({ kubeconfig: kubeconfigFile, ...choice })).toThrow(UserError);
  expect(() => loadClusterAccess({ kubeconfig: kubeconfigFile, ...choice })).toThrow(message);
});

test.each([undefined, 'nope'])('without any kubeconfig there is none to choose context %s of', (context) => {
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('HOME', '/nowhere');
  vi.stubEnv('KUBECONFIG', '');
  expect(() => loadClusterAccess({ context })).toThrow(/^No cluster to talk to: there is no kubeconfig/);
});

test('a SOCKS proxy is refused by name', () => {
  const config = kubeconfig({ server: 'https://api.example', cluster: { 'proxy-url': 'socks5://p:1080' } });
  expect(() => loadClusterAccess({ kubeconfig: config })).toThrow(/p:1080 speaks socks5/);
});

test('a token file is read again after a 401, long before its minute is over', async () => {
  await using server = await ScriptedServer.start();
  const tokenFile = file('token', 'first\n');
  const user = { 'auth-provider': { name: 'tokenFile', config: { tokenFile } } };
  const access = loadClusterAccess({ kubeconfig: kubeconfig({ server: server.url.href, user }) });
  let valid = 'first';
  server.script(`GET ${path}`, (exchange) => {
    const isValid = exchange.request.headers.authorization === `Bearer ${valid}`;
    (isValid ? json(200, pod('a', '1')) : failure(401, 'Unauthorized', 'expired'))(exchange);
  });
  const kube = kubeFor(server.url, { access });
  await read(kube);
  valid = 'second';
  file('token', 'second\n');
  await read(kube);
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer first',
    'Bearer first',
    'Bearer second',
  ]);
});

test('an exec plugin provides the token, and runs again after a 401', async () => {
  await using server = await ScriptedServer.start();
  const counter = join(folder, 'runs');
  const plugin = file(
    'plugin',
    '#!/bin/sh\necho run >> "$1"\nn=$(wc -l < "$1")\necho "{\\"status\\":{\\"token\\":\\"t$((n))\\"}}"\n',
  );
  chmodSync(plugin, 0o755);
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, args: [counter] };
  const access = loadClusterAccess({ kubeconfig: kubeconfig({ server: server.url.href, user: { exec } }) });
  server.script(
    `GET ${path}`,
    json(200, pod('a', '1')),
    failure(401, 'Unauthorized', 'x'),
    json(200, pod('a', '1')),
  );
  const kube = kubeFor(server.url, { access });
  await read(kube);
  await read(kube);
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer t1',
    'Bearer t1',
    'Bearer t2',
  ]);
});

test('user name and password become basic authentication', async () => {
  const user = { username: 'me', password: 'secret' };
  const access = loadClusterAccess({ kubeconfig: kubeconfig({ server: 'https://api.example', user }) });
  const { headers } = await access.credentials();
  expect(headers.Authorization).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`);
});

test('a rotated CA file is trusted from the next call on, while old calls finish on their connections', async () => {
  const [first, second] = [createAuthority(), createAuthority()];
  const caFile = file('ca.crt', first.ca);
  await using before = await ScriptedServer.start({ tls: first });
  await using after = await ScriptedServer.start({ tls: second });
  const held = Promise.withResolvers<() => void>();
  before.script(`GET ${path}`, (exchange) => held.resolve(() => json(200, pod('a', '1'))(exchange)));
  after.script(`GET ${path}`, json(200, pod('a', '2')));
  const access = loadClusterAccess({
    kubeconfig: kubeconfig({ server: before.url.href, cluster: { 'certificate-authority': caFile } }),
  });
  let server = before.url;
  const rotating = {
    ...access,
    get server() {
      return server;
    },
  };
  const kube = kubeFor(before.url, { access: rotating });
  const old = read(kube);
  const finish = await held.promise;
  server = after.url;
  expect(await rejectionOf(read(kube))).toMatchObject({ reason: 'Untrusted', retryable: false });
  file('ca.crt', second.ca);
  expect((await read(kube)).metadata.resourceVersion).toBe('2');
  finish();
  expect((await old).metadata.resourceVersion).toBe('1');
  await kube.close();
});
