import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { execCapture } from '../../../../src/kube/exec/capture.ts';
import { kubeFor, patient, rejectionOf } from '../../../kube/fixtures.ts';
import { TestPod, isAlive, protocols, sh } from './support.ts';

const target = { namespace: 'shop', pod: 'db-0', container: 'main' };
const all = ['stdin', 'stdout', 'stderr'];
const [stdin, stdout, stderr, status, close] = [0, 1, 2, 3, 255] as const;

async function capture(pod: TestPod, script: string) {
  return execCapture(kubeFor(pod.server.url), { ...target, command: sh(script), signal: patient() });
}

test.each([
  ['exit 0', 0],
  ['exit 7', 7],
  ['kill -TERM $$', 143],
  ['kill -KILL $$', 137],
])('the end by %s is exit code %i', async (script, exitCode) => {
  await using pod = await TestPod.start();
  expect(await capture(pod, script)).toEqual({ exitCode, stdout: '', stderr: '' });
});

test('stdout and stderr come apart, from the pod’s folder and environment', async () => {
  await using pod = await TestPod.start();
  const captured = await capture(pod, 'pwd; echo "$FRUIT" >&2');
  expect(captured).toEqual({ exitCode: 0, stdout: `${pod.folder}\n`, stderr: 'pear\n' });
});

test('a program that is not there is an internal error in the runtime’s words', async () => {
  await using pod = await TestPod.start();
  const options = { ...target, command: ['nope'], signal: patient(), killOnAbort: false };
  expect(await rejectionOf(kubeFor(pod.server.url).exec(options))).toMatchObject({
    status: 500,
    reason: 'InternalError',
    message: expect.stringMatching(
      /error executing command in container: failed to exec in container: .*exec: "nope": executable file not found in \$PATH/,
    ),
  });
});

test('a status that tells of no process is the end of the WebSocket, too', async () => {
  await using pod = await TestPod.start();
  const client = await pod.connect(['nope'], all, protocols.v5);
  expect(await client.closed).toBe(1000);
  expect(client.frames.map(({ channel }) => channel)).toEqual([stdout, status]);
});

test('a frame says that the channels are open, and the status follows all output', async () => {
  await using pod = await TestPod.start();
  const client = await pod.connect(sh('echo out; echo err >&2; exit 3'), all, protocols.v5);
  expect(await client.closed).toBe(1000);
  expect(client.frames[0]).toEqual({ channel: stdout, payload: Buffer.alloc(0) });
  expect([client.received(stdout), client.received(stderr)]).toEqual(['out\n', 'err\n']);
  expect(client.frames.at(-1)?.channel).toBe(status);
  expect(JSON.parse(client.received(status))).toMatchObject({
    metadata: {},
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: expect.stringContaining('command terminated with non-zero exit code: '),
    details: { causes: [{ reason: 'ExitCode', message: '3' }] },
  });
});

test('channels that the client did not ask for carry nothing, and the process has /dev/null there', async () => {
  await using pod = await TestPod.start();
  const script =
    'readlink /proc/self/fd/0 > stdin; it=$(readlink /proc/$$/fd/1); echo "$it" >&2; echo out; cat';
  const client = await pod.connect(sh(script), ['stderr'], protocols.v5);
  expect(await client.closed).toBe(1000);
  expect(client.frames.map(({ channel }) => channel)).toEqual([stderr, stderr, status]);
  expect(client.received(stderr)).toBe('/dev/null\n');
  expect(readFileSync(pod.path('stdin'), 'utf8')).toBe('/dev/null\n');
  expect(JSON.parse(client.received(status))).toEqual({ metadata: {}, status: 'Success' });
});

test('output that a child in the background still writes belongs to the exec', async () => {
  await using pod = await TestPod.start();
  const script = 'echo $$; { while [ ! -e go ]; do sleep 0.02; done; echo late; } & exit 4';
  const client = await pod.connect(sh(script), all, protocols.v5);
  await vi.waitUntil(() => client.received(stdout).endsWith('\n'));
  const pid = Number(client.received(stdout));
  await vi.waitUntil(() => !isAlive(pid));
  writeFileSync(pod.path('go'), '');
  expect(await client.closed).toBe(1000);
  expect(client.received(stdout)).toBe(`${pid}\nlate\n`);
  expect(JSON.parse(client.received(status))).toMatchObject({ details: { causes: [{ message: '4' }] } });
});

test('a half-close ends stdin, and frames for it that follow are dropped', async () => {
  await using pod = await TestPod.start();
  const client = await pod.connect(sh('cat; echo ended'), all, protocols.v5);
  client.send(4, '{"Width":80,"Height":24}');
  client.send(stdin, 'word ');
  client.send(close, Buffer.of(stdout));
  client.send(stdin, 'by word ');
  client.send(close, Buffer.of(stdin));
  client.send(stdin, 'too late');
  expect(await client.closed).toBe(1000);
  expect(client.received(stdout)).toBe('word by word ended\n');
});

test('v4 has no half-close', async () => {
  await using pod = await TestPod.start();
  const client = await pod.connect(sh('while read -r line; do echo "got $line"; done'), all, protocols.v4);
  client.send(close, Buffer.of(stdin));
  client.send(stdin, 'word\n');
  await vi.waitUntil(() => client.received(stdout).endsWith('\n'));
  expect(client.received(stdout)).toBe('got word\n');
});

test('v4 serves commands without stdin', async () => {
  await using pod = await TestPod.start([protocols.v4]);
  expect(await capture(pod, 'cat; echo hi; exit 2')).toEqual({ exitCode: 2, stdout: 'hi\n', stderr: '' });
});

test.each(['terminate', 'close'] as const)('a client that leaves by %s ends stdin', async (leave) => {
  await using pod = await TestPod.start();
  const client = await pod.connect(sh('cat > got; echo "ended" >> got'), all, protocols.v5);
  client.send(stdin, 'word ');
  await pod.fileEndingWith('got', 'word ');
  client.socket[leave]();
  expect(await pod.fileEndingWith('got', 'ended\n')).toBe('word ended\n');
});

test('a process outlives its client, and ends with its pod', async () => {
  await using pod = await TestPod.start();
  const client = await pod.connect(
    sh('echo $$; cat; echo "on my own" > state; sleep 1000'),
    all,
    protocols.v5,
  );
  await vi.waitUntil(() => client.received(stdout).endsWith('\n'));
  const pid = Number(client.received(stdout));
  client.socket.terminate();
  await pod.fileEndingWith('state', 'on my own\n');
  expect(isAlive(pid)).toBe(true);
  await pod.processes[Symbol.asyncDispose]();
  expect(isAlive(pid)).toBe(false);
});

test('the end of the pod is told to the client', async () => {
  await using pod = await TestPod.start();
  const client = await pod.connect(sh('echo $$; exec sleep 1000'), all, protocols.v5);
  await vi.waitUntil(() => client.received(stdout).endsWith('\n'));
  await pod.processes[Symbol.asyncDispose]();
  expect(await client.closed).toBe(1000);
  expect(JSON.parse(client.received(status))).toMatchObject({ details: { causes: [{ message: '137' }] } });
});
