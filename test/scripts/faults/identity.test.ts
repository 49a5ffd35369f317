import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { createKube } from '../../../src/kube/client.ts';
import { pods } from '../../../src/kube/resources.ts';
import { createAuthority } from '../../../scripts/certificates.ts';
import { accessTo, kubeFor, patient, pod, rejectionOf } from '../../kube/fixtures.ts';
import { localProcess } from '../../kube/local-process.ts';
import { ScriptedServer, json } from '../../kube/scripted-server.ts';
import { TestClock, evenRandom } from '../../kube/test-clock.ts';
import { startFaults } from '../../../scripts/faults/faults.ts';
import { key, open, path, script } from './fixtures.ts';

const { ca, cert, key: privateKey } = createAuthority();

/** Our client with nothing to say who it is. */
const anonymousKube = (server: URL) =>
  createKube({
    access: accessTo(server, { credentials: () => Promise.resolve({ headers: {}, tls: {} }) }),
    clock: new TestClock(),
    random: evenRandom,
  });

test('an https upstream is reached by its CA, execs included', async () => {
  await using server = await ScriptedServer.start({ tls: { cert, key: privateKey } });
  server.script(`GET ${path}`, json(200, pod('db-0', '1'))).exec(localProcess);
  await using faults = await startFaults({ server: server.url, tls: { ca }, headers: {} });
  const kube = kubeFor(faults.url);
  expect(await kube.get(pods, key, { signal: patient() })).toEqual(pod('db-0', '1'));
  expect(await kube.exec(script('exit 5'))).toEqual({ exitCode: 5 });
});

test('an https upstream of another CA is a reset, and the record says why', async () => {
  await using server = await ScriptedServer.start({ tls: { cert, key: privateKey } });
  const { ca } = createAuthority();
  await using faults = await startFaults({ server: server.url, tls: { ca }, headers: {} });
  await rejectionOf(open(new URL(path, faults.url)));
  expect(faults.requests[0]?.error).toMatchObject({
    code: expect.stringMatching(/CERT|SIGNATURE/) as string,
  });
  expect(server.requests).toHaveLength(0);
});

test('a request that does not say who it is gets the upstream’s headers', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, json(200, pod('db-0', '1'))).exec(localProcess);
  const headers = { Authorization: 'Bearer administrator' };
  await using faults = await startFaults({ server: server.url, tls: {}, headers });
  const kube = anonymousKube(faults.url);
  await kube.get(pods, key, { signal: patient() });
  await kube.exec(script('true'));
  expect(server.requests[0]?.headers.authorization).toBe('Bearer administrator');
  expect(server.upgrades[0]?.headers.authorization).toBe('Bearer administrator');
});

test('a request with a token of its own keeps it', async () => {
  await using server = await ScriptedServer.start();
  server.script(`GET ${path}`, json(200, pod('db-0', '1'))).exec(localProcess);
  const headers = { Authorization: 'Bearer administrator', 'Impersonate-User': 'root' };
  await using faults = await startFaults({ server: server.url, tls: {}, headers });
  const kube = kubeFor(faults.url);
  await kube.get(pods, key, { signal: patient() });
  await kube.exec(script('true'));
  for (const { headers } of [...server.requests, ...server.upgrades]) {
    expect(headers.authorization).toBe('Bearer secret');
    expect(headers).not.toHaveProperty('impersonate-user');
  }
});

test('the client certificate is shown only for a request without a token', async () => {
  const shown: unknown[] = [];
  const options = { cert, key: privateKey, ca, requestCert: true, rejectUnauthorized: false };
  const server = createServer(options, ({ socket }, answer) => {
    shown.push((socket as TLSSocket).getPeerCertificate().subject?.CN);
    answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(pod('db-0', '1')));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  await using faults = await startFaults({
    server: new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`),
    tls: { ca, cert, key: privateKey },
    headers: {},
  });
  for (const kube of [anonymousKube(faults.url), kubeFor(faults.url), anonymousKube(faults.url)])
    await kube.get(pods, key, { signal: patient() });
  server.close();
  expect(shown).toEqual(['api', undefined, 'api']);
});
