import { PassThrough } from 'node:stream';
import { beforeAll, describe, expect, test } from 'vitest';
import { execCapture } from '../../src/kube/exec/capture.ts';
import { announceWithinMs } from '../../src/kube/exec/kill-remote.ts';
import {
  execDrop,
  execHang,
  execNoStatus,
  execTruncate,
  status,
  type Fault,
} from '../../scripts/faults/fault.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { execStartFaults, execs, refusal, type Shell } from './faults-of-exec-starts.ts';
import { heldExec } from './held-exec.ts';
import type { ContractServer } from './server.ts';
import { Place } from './support.ts';
import { soon, throughFaults } from './through-faults.ts';
import { isRunning, run, startPod } from './workloads.ts';

/** Says its number, then more than the connection bears, and stays. */
const talk = (begin: string) => `${begin}; printf %05000d 0; exec sleep 4321`;

export function execFaultsContract(server: () => ContractServer): void {
  describe('an exec of our client', () => {
    const place = new Place(server, 'exec-faults');
    const { namespace } = place;
    const sh: Shell = ({ kube }, script, options) => {
      const command = ['sh', '-c', script];
      return execCapture(kube, { namespace, pod: 'pod', container: 'main', command, ...soon(), ...options });
    };

    beforeAll(async () => {
      await startPod(place, 'pod');
    });

    execStartFaults(server, sh);

    test.each<[string, ...Fault[]]>([
      ['is killed'],
      ['is killed, if not at the first attempt', status(503), status(503)],
    ])('whose connection drops is an error, and its process %s', async (_, ...faults) => {
      const held = heldExec();
      await using line = await throughFaults(server(), held.hook);
      line.faults.inject(execs, execDrop(1000));
      for (const fault of faults) line.faults.inject({ ...execs, nth: 2 }, fault);
      const error = await rejectionOf(sh(line, talk(held.script), { stdin: held.stdin }));
      expect(error).toMatchObject({ status: 0, reason: 'ExecNoStatus', retryable: true });
      expect(await isRunning(place, 'pod', await held.pid)).toBe(false);
    });

    test('whose connection drops says so when its process cannot be killed', async () => {
      const held = heldExec();
      await using line = await throughFaults(server(), held.hook);
      line.faults.inject(execs, execDrop(1000));
      line.faults.inject({ ...execs, nth: 2 }, status(403, refusal));
      const error = await rejectionOf(sh(line, talk(held.script), { stdin: held.stdin }));
      const pid = await held.pid;
      expect(error).toMatchObject({ reason: 'ExecNotKilled', retryable: false });
      expect(String(error)).toContain(`process ${pid} in ${namespace}/pod (main) may still run`);
      expect(String(error)).toContain(refusal.message);
      expect(await isRunning(place, 'pod', pid)).toBe(true);
      await run(place, 'pod', ['kill', pid]);
    });

    test('of which nothing is heard any more is killed when it is aborted', async () => {
      const held = heldExec({ isSilent: true });
      await using line = await throughFaults(server(), held.hook);
      const abort = new AbortController();
      const options = { stdin: held.stdin, signal: abort.signal };
      const result = rejectionOf(sh(line, `${held.script}; exec sleep 4321`, options));
      const pid = await held.pid;
      expect(await isRunning(place, 'pod', pid)).toBe(true);
      abort.abort(new Error('enough'));
      expect(await result).toBe(abort.signal.reason);
      expect(await isRunning(place, 'pod', pid)).toBe(false);
    });

    test('of which nothing was ever heard cannot be killed, and says so when it is aborted', async () => {
      const started = Promise.withResolvers<void>();
      await using line = await throughFaults(server(), (event) => {
        if (event.phase === 'frame' && event.direction === 'in') started.resolve();
      });
      const abort = new AbortController();
      line.faults.inject(execs, execHang());
      const stdin = new PassThrough();
      stdin.write('some');
      // Ends by itself, at the end of its stdin.
      const result = rejectionOf(sh(line, 'cat', { stdin, signal: abort.signal }));
      await started.promise;
      abort.abort(new Error('enough'));
      await line.clock.sleeping(announceWithinMs);
      line.clock.advance(announceWithinMs);
      expect(await result).toMatchObject({
        reason: 'ExecNotKilled',
        message: expect.stringMatching(/^enough; and what it started in .* may still run/),
        cause: abort.signal.reason,
      });
      expect(stdin.destroyed).toBe(true);
    });

    test('without a status is not a success, though it ended with 0', async () => {
      await using line = await throughFaults(server());
      line.faults.inject(execs, execNoStatus());
      const error = { reason: 'ExecNoStatus', message: expect.stringContaining('without a status') };
      await expect(sh(line, 'echo all; exit 0')).rejects.toMatchObject(error);
    });

    test('can be short of output and yet a success, which only its own byte count would tell', async () => {
      await using line = await throughFaults(server());
      line.faults.inject(execs, execTruncate(4));
      expect(await sh(line, 'printf 1234567890; echo 10 >&2')).toEqual({
        exitCode: 0,
        stdout: '1234',
        stderr: '10\n',
      });
    });
  });
}
