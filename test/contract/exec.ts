import { createHash, randomBytes } from 'node:crypto';
import { PassThrough, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from 'vitest';
import { pods } from '../../src/kube/resources.ts';
import type { ContractServer } from './server.ts';
import { Place } from './support.ts';
import { isRunning, run, startPod } from './workloads.ts';

export function execContract(server: () => ContractServer): void {
  describe('exec', () => {
    const place = new Place(server, 'exec');
    const awkward = `it's "$HOME" \`id\` \\`;
    const sh = (script: string, ...args: string[]) => run(place, 'pod', ['sh', '-c', script, 'sh', ...args]);

    beforeAll(async () => {
      await startPod(place, 'pod', [], { AWKWARD: awkward });
    });

    test.each([0, 1, 42, 255])('gives the exit code %i', async (code) => {
      expect(await sh('exit "$1"', String(code))).toMatchObject({ exitCode: code });
    });

    test('gives 128 and the number of the signal that ended a command', async () => {
      expect(await sh('kill -KILL $$')).toMatchObject({ exitCode: 137 });
      expect(await sh('kill -TERM $$')).toMatchObject({ exitCode: 143 });
    });

    test('gives 127 for a missing program and 126 for one that cannot be run, as a shell does', async () => {
      expect(await run(place, 'pod', ['/no/such'])).toMatchObject({ exitCode: 127, stdout: '' });
      expect(await run(place, 'pod', ['/etc/passwd'])).toMatchObject({ exitCode: 126, stdout: '' });
    });

    test('of a missing program without the shell around it is an error', async () => {
      await expect(run(place, 'pod', ['no-such'], { killOnAbort: false })).rejects.toMatchObject({
        reason: 'InternalError',
        message: expect.stringContaining('"no-such": executable file not found in $PATH'),
      });
    });

    test('keeps stdout and stderr apart', async () => {
      const said = await sh('echo out; echo err >&2');
      expect(said).toEqual({ exitCode: 0, stdout: 'out\n', stderr: 'err\n' });
    });

    test('passes its words as they are', async () => {
      const { stdout } = await run(place, 'pod', ['printf', '[%s]', 'a b', '', awkward, '*']);
      expect(stdout).toBe(`[a b][][${awkward}][*]`);
    });

    test('has the environment of its container', async () => {
      expect((await sh('printf %s "$AWKWARD"')).stdout).toBe(awkward);
    });

    test('has no stdin unless it is given one', async () => {
      expect(await sh('cat; echo end')).toMatchObject({ exitCode: 0, stdout: 'end\n' });
    });

    test('carries a MiB of any bytes in and out, and ends stdin without ending stdout', async () => {
      const bytes = randomBytes(1024 * 1024);
      const out = new PassThrough();
      const all = buffer(out);
      const { namespace } = place;
      const { exitCode } = await place.server.kube.exec({
        namespace,
        pod: 'pod',
        container: 'main',
        command: ['cat'],
        stdin: bytes,
        stdout: out,
        signal: AbortSignal.timeout(20_000),
      });
      out.end();
      expect(exitCode).toBe(0);
      expect(bytes.equals(await all)).toBe(true);
    });

    test('carries several MiB of stdin', async () => {
      const stdin = randomBytes(5_000_001);
      const { stdout } = await run(place, 'pod', ['sha256sum'], { stdin });
      expect(stdout.slice(0, 64)).toBe(createHash('sha256').update(stdin).digest('hex'));
    });

    test('may end without reading a little stdin', async () => {
      // Of a MiB more often than not the exec hangs for ever, kubectl's as well (containerd 1.6).
      const stdin = Buffer.alloc(10_000, 'x');
      const { exitCode, stdout } = await run(place, 'pod', ['head', '-c', '5'], { stdin });
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'xxxxx' });
    });

    test('that is aborted leaves nothing running', async () => {
      const abort = new AbortController();
      const heard = Promise.withResolvers<string>();
      const stdout = new Writable({
        write(chunk, _encoding, done) {
          heard.resolve(String(chunk));
          done();
        },
      });
      const { namespace } = place;
      const command = ['sh', '-c', 'sleep 4321 & echo $$ $!; wait'];
      const target = { namespace, pod: 'pod', container: 'main', command };
      const running = place.server.kube.exec({ ...target, stdout, signal: abort.signal });
      const outcome = running.catch((reason: unknown) => reason);
      const [shell = '', child = ''] = (await heard.promise).trim().split(' ');
      expect(await sh('kill -0 "$1" "$2"', shell, child)).toMatchObject({ exitCode: 0 });
      abort.abort(new Error('enough'));
      expect(await outcome).toMatchObject({ message: 'enough' });
      for (const process of [shell, child]) expect(await isRunning(place, 'pod', process)).toBe(false);
    });

    test('names a missing pod or container', async () => {
      await expect(run(place, 'missing', ['true'])).rejects.toMatchObject({
        status: 404,
        reason: 'NotFound',
        message: 'pods "missing" not found',
      });
      await expect(run(place, 'pod', ['true'], { container: 'side' })).rejects.toMatchObject({
        status: 400,
        reason: 'BadRequest',
        message: 'container side is not valid for pod pod',
      });
    });

    test('in a pod that waits for its volume is refused', async () => {
      await place.create(pods, place.server.podManifest(place.namespace, 'waiting', ['no-such-claim']));
      await expect(run(place, 'waiting', ['true'])).rejects.toMatchObject({
        status: 400,
        reason: 'BadRequest',
        message: 'pod waiting does not have a host assigned',
      });
    });
  });
}
