import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { PassThrough, Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test, vi } from 'vitest';
import { systemClock } from '../../../../src/core/system.ts';
import { kubeFor, patient } from '../../../kube/fixtures.ts';
import { Quiet, TestPod, protocols, sh } from './support.ts';

vi.setConfig({ testTimeout: 30_000 });

const target = { namespace: 'shop', pod: 'db-0', container: 'main' };
const MiB = 2 ** 20;
/** More than what both kernels take in, so that somebody has to wait. */
const much = 32 * MiB;
/** Prints that many bytes, no two blocks of them alike. */
const numbers = `seq 10000000 | head -c ${much}`;
const sha256 = (): ReturnType<typeof createHash> => createHash('sha256');

test('32 MiB reach a client that is slow at first, whole, and the server holds little of them', async () => {
  await using pod = await TestPod.start();
  const digest = sha256();
  const begun = Promise.withResolvers<() => void>();
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      digest.update(chunk);
      begun.resolve(done);
      if (isReading) done();
    },
  });
  let isReading = false;
  const command = sh(`${numbers} | tee copy; sha256sum < copy > digest; touch written`);
  const options = { ...target, command, stdout, signal: patient() };
  const result = kubeFor(pod.server.url, { clock: systemClock }).exec(options);
  const goOn = await begun.promise;
  await pod.stalled();
  expect(existsSync(pod.path('written'))).toBe(false);
  isReading = true;
  goOn();
  expect(await result).toEqual({ exitCode: 0 });
  expect(`${digest.digest('hex')}  -\n`).toBe(await pod.fileEndingWith('digest', '-\n'));
  expect(pod.mostBuffered).toBeLessThan(MiB);
});

test('a process whose client stopped reading and vanished goes on to its end', async () => {
  await using pod = await TestPod.start();
  const script = `${numbers} && echo done > state`;
  const client = await pod.connect(sh(script), ['stdout'], protocols.v5);
  client.socket.pause();
  await pod.stalled();
  expect(existsSync(pod.path('state'))).toBe(false);
  client.socket.terminate();
  expect(await pod.fileEndingWith('state', 'done\n')).toBe('done\n');
});

test('8 MiB of stdin reach the process whole, and end', async () => {
  await using pod = await TestPod.start();
  const stdin = Buffer.alloc(8 * MiB, 'all sorts of bytes \0\n');
  const stdout = new PassThrough();
  const output = text(stdout);
  const options = { ...target, command: ['sha256sum'], stdin, stdout, signal: patient() };
  expect(await kubeFor(pod.server.url).exec(options)).toEqual({ exitCode: 0 });
  stdout.end();
  expect(await output).toBe(`${sha256().update(stdin).digest('hex')}  -\n`);
});

test('a process that does not read its stdin yet holds the client back, and loses nothing', async () => {
  await using pod = await TestPod.start();
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const quiet = new Quiet();
  let produced = 0;
  const stdin = new Readable({
    read() {
      quiet.touch();
      this.push(produced === 2 * much ? null : chunk);
      if (produced < 2 * much) produced += chunk.length;
    },
  });
  const stdout = new PassThrough();
  const output = text(stdout);
  const command = sh('while [ ! -e go ]; do sleep 0.02; done; wc -c');
  const options = { ...target, command, stdin, stdout, signal: patient() };
  const result = kubeFor(pod.server.url, { clock: systemClock }).exec(options);
  await quiet.reached;
  expect(produced).toBeLessThan(much);
  writeFileSync(pod.path('go'), '');
  expect(await result).toEqual({ exitCode: 0 });
  stdout.end();
  expect((await output).trim()).toBe(String(2 * much));
});

test('stdin that a process closes without reading it does not hold up the end', async () => {
  await using pod = await TestPod.start();
  const stdin = Readable.from(Array.from({ length: 256 }, () => Buffer.alloc(64 * 1024)));
  const command = sh('exec <&-; while [ ! -e go ]; do sleep 0.02; done; exit 5');
  const sent = new Promise((resolve) => stdin.once('end', resolve));
  const result = kubeFor(pod.server.url).exec({ ...target, command, stdin, signal: patient() });
  await sent;
  writeFileSync(pod.path('go'), '');
  expect(await result).toEqual({ exitCode: 5 });
});
