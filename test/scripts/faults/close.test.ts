import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { ScriptedServer, silence as neverAnswer, watchEvents } from '../../kube/scripted-server.ts';
import { delay, silence } from '../../../scripts/faults/fault.ts';
import { closing, collection, faultsBefore, path, rawExec, rawGet } from './fixtures.ts';

test('closing breaks off whatever is under way, on both sides', async () => {
  await using server = await ScriptedServer.start();
  server
    .script(`GET ${path}`, neverAnswer)
    .script(`GET ${collection}`, watchEvents([{}], 'open'))
    .exec(() => {});
  const faults = await faultsBefore(server);
  const unanswered = await rawGet(faults.url, path);
  const watch = await rawGet(faults.url, `${collection}?watch=1`);
  const exec = rawExec(faults.url);
  await Promise.all([once(watch.socket, 'data'), once(exec.socket, 'open')]);
  await expect.poll(() => server.connections.size).toBe(3);
  const closed = [unanswered.socket, watch.socket, exec.socket].map(closing);
  await faults[Symbol.asyncDispose]();
  await Promise.all(closed);
  await expect.poll(() => server.connections.size).toBe(0);
});

test.each([
  ['a delay', delay(3_600_000)],
  ['a silence', silence()],
])('closing ends %s, and forwards nothing', async (_, fault) => {
  await using server = await ScriptedServer.start();
  const faults = await faultsBefore(server);
  faults.inject({ times: 2 }, fault);
  const request = await rawGet(faults.url, path);
  const exec = rawExec(faults.url);
  await expect.poll(() => faults.requests.length).toBe(2);
  const closed = [request.socket, exec.socket].map(closing);
  await faults[Symbol.asyncDispose]();
  await Promise.all(closed);
  expect(server.accepted).toBe(0);
});

test('closing does not wait for a hook', async () => {
  await using server = await ScriptedServer.start();
  const reached = Promise.withResolvers<void>();
  const faults = await faultsBefore(server, () => {
    reached.resolve();
    return new Promise(() => {});
  });
  const { socket } = await rawGet(faults.url, path);
  await reached.promise;
  await Promise.all([closing(socket), faults[Symbol.asyncDispose]()]);
  expect(server.accepted).toBe(0);
});

test('nothing is left that would keep a process alive', async () => {
  const program = `
    const { startFaults } = await import('${new URL('../../../scripts/faults/faults.ts', import.meta.url).href}');
    const { delay } = await import('${new URL('../../../scripts/faults/fault.ts', import.meta.url).href}');
    const faults = await startFaults({ server: new URL('http://127.0.0.1:1'), tls: {}, headers: {} });
    faults.inject({}, delay(3_600_000));
    const answer = fetch(faults.url).catch(() => 'none');
    while (faults.requests.length === 0) await new Promise(setImmediate);
    await faults[Symbol.asyncDispose]();
    console.log(await answer);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
  expect(await Promise.all([text(child.stdout), text(child.stderr), closing(child)])).toEqual([
    'none\n',
    '',
    [0, null],
  ]);
});
