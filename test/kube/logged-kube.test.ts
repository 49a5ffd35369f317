import { expect, it } from 'vitest';
import { createLogger } from '../../src/core/log.ts';
import { loggedKube } from '../../src/kube/logged-kube.ts';
import { secrets } from '../../src/kube/resources.ts';
import { FakeKube, kubeError } from '../support/fake-kube.ts';
import { object } from '../support/objects.ts';

const { signal } = new AbortController();

function logged(kube: FakeKube) {
  const lines: Record<string, unknown>[] = [];
  const stream = { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) };
  return { lines, kube: loggedKube(kube, createLogger({ level: 'debug', stream }), { monotonic: () => 0 }) };
}

it('each call is a line that says of what it was, and nothing of what was sent or came', async () => {
  const fake = new FakeKube();
  const { kube, lines } = logged(fake);
  const secret = object('Secret', { name: 'password' }, { stringData: { password: 'sesame' } });
  await kube.create(secrets, secret, { signal });
  await kube.find(secrets, { namespace: 'shop', name: 'password' }, { signal });
  await kube.patch(secrets, { namespace: 'shop', name: 'password' }, { data: { a: 'sesame' } }, { signal });
  await Array.fromAsync(kube.list(secrets, { namespace: 'shop', signal }));
  for await (const _ of kube.list(secrets, { namespace: 'shop', signal })) break;
  await kube.exec({ namespace: 'shop', pod: 'db', container: 'c', command: ['sh', 'sesame'], signal });
  await kube.delete(secrets, { namespace: 'shop', name: 'password' }, { signal });
  expect(lines.map(({ msg, resource, name, pod, count }) => [msg, resource ?? pod, name ?? count])).toEqual([
    ['create', 'secrets', 'password'],
    ['find', 'secrets', 'password'],
    ['patch', 'secrets', 'password'],
    ['list', 'secrets', 1],
    ['list', 'secrets', 1],
    ['exec', 'db', undefined],
    ['delete', 'secrets', 'password'],
  ]);
  expect(JSON.stringify(lines)).not.toContain('sesame');
});

it('a call that fails is a line, too, and fails as it did', async () => {
  const fake = new FakeKube();
  const { kube, lines } = logged(fake);
  const error = kubeError(403, 'Forbidden', 'you may not');
  fake.failNext('get secrets', error);
  fake.failNext('list secrets', error);
  await expect(kube.get(secrets, { namespace: 'shop', name: 'x' }, { signal })).rejects.toBe(error);
  await expect(Array.fromAsync(kube.list(secrets, { namespace: 'shop', signal }))).rejects.toBe(error);
  expect(lines.map(({ msg, reason }) => [msg, reason])).toEqual([
    ['get failed', 'you may not'],
    ['list failed', 'you may not'],
  ]);
});
