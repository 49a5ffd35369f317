import { expect, test } from 'vitest';
import { proxyFor } from '../../src/kube/proxy.ts';
import { pods } from '../../src/kube/resources.ts';
import { createAuthority } from '../../scripts/certificates.ts';
import { ConnectProxy } from './connect-proxy.ts';
import { accessTo, kubeFor, patient, pod, rejectionOf } from './fixtures.ts';
import { localProcess } from './local-process.ts';
import { ScriptedServer, json } from './scripted-server.ts';
import { TestClock } from './test-clock.ts';

const proxy = 'http://proxy.example:3128';

test.each([
  ['nothing spares it', '', true],
  ['its name is spared', 'other, api.shop.example', false],
  ['its name is spared in other letters', 'API.shop.Example', false],
  ['a domain of it is spared', 'shop.example', false],
  ['a dotted domain of it is spared', '.example', false],
  ['a wildcard of its domain is spared', '*.shop.example', false],
  ['only an end of its name is spared', 'pi.shop.example', true],
  ['its name is spared on its port', 'api.shop.example:6443', false],
  ['its name is spared on another port', 'api.shop.example:443', true],
  ['everything is spared', 'x,*', false],
])('when %s, whether the proxy is used is decided (%s)', (_, noProxy, isProxied) => {
  const found = proxyFor(new URL('https://api.shop.example:6443'), { httpsProxy: proxy, noProxy });
  expect(found?.host).toBe(isProxied ? 'proxy.example:3128' : undefined);
});

test.each([
  ['https://10.96.0.1', '10.96.0.0/12', false],
  ['https://10.112.0.1', '10.96.0.0/12', true],
  ['https://10.96.0.1', '10.96.0.1', false],
  ['https://10.96.0.1:6443', '10.96.0.1:443', true],
  ['https://[fd00::1]', 'fd00::/8', false],
  ['https://[fe80::1]', 'fd00::/8', true],
  ['https://[fd00::1]:6443', '[fd00::1]:6443', false],
  ['https://10.96.0.1', '10.96.0.0/99', true],
  ['https://10.96.0.1', 'nonsense/8', true],
])('%s behind NO_PROXY=%s is proxied: %o', (server, noProxy, isProxied) => {
  const found = proxyFor(new URL(server), { httpsProxy: proxy, noProxy });
  expect(found !== undefined).toBe(isProxied);
});

test.each(['https://localhost:6443', 'https://127.0.0.1:6443', 'https://[::1]:6443'])(
  '%s is never proxied',
  (server) => {
    expect(proxyFor(new URL(server), { httpsProxy: proxy })).toBeUndefined();
  },
);

test('the scheme of the server chooses the variable, and a proxy needs no scheme of its own', () => {
  const settings = { httpProxy: 'plain.example:80', httpsProxy: 'secure.example:3128' };
  expect(proxyFor(new URL('http://api.example'), settings)?.hostname).toBe('plain.example');
  expect(proxyFor(new URL('https://api.example'), settings)?.host).toBe('secure.example:3128');
  expect(proxyFor(new URL('https://api.example'), { httpProxy: 'plain.example' })).toBeUndefined();
  expect(proxyFor(new URL('https://api.example'), { httpsProxy: ' ' })).toBeUndefined();
});

test('calls and execs both go through the proxy, which alone knows the name, and check the certificate', async () => {
  const { ca, cert, key } = createAuthority();
  await using server = await ScriptedServer.start({ tls: { cert, key } });
  await using tunnel = await ConnectProxy.start(server.port);
  server.script('GET /api/v1/pods/a', json(200, pod('a', '1'))).exec(localProcess);
  const login = new URL(tunnel.url);
  login.username = 'me';
  login.password = 'p%40ss';
  const access = accessTo(new URL('https://kube.test:6443'), {
    proxy: login,
    credentials: () => Promise.resolve({ headers: {}, tls: { ca } }),
  });
  const kube = kubeFor(server.url, { access });
  await kube.get(pods, { name: 'a' }, { signal: patient() });
  const target = { namespace: 'shop', pod: 'a', container: 'c', signal: patient() };
  expect(await kube.exec({ ...target, command: ['true'] })).toEqual({ exitCode: 0 });
  expect(tunnel.asked).toEqual(['kube.test:6443', 'kube.test:6443']);
  expect(tunnel.authorizations[0]).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
  await kube.close();
});

test('a proxy that refuses is named in the error', async () => {
  await using tunnel = await ConnectProxy.start(1, 407);
  const access = accessTo(new URL('http://kube.test'), { proxy: tunnel.url });
  const kube = kubeFor(tunnel.url, { access, clock: new TestClock(), retry: { attempts: 2 } });
  const error = await rejectionOf(kube.get(pods, { name: 'a' }, { signal: patient() }));
  expect((error as Error).message).toMatch(/proxy 127\.0\.0\.1:\d+, asked for kube\.test:80: 407/);
});
