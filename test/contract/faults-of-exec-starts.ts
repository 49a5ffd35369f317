import { expect, test } from 'vitest';
import type { Captured, CaptureOptions } from '../../src/kube/exec/capture.ts';
import { announceWithinMs } from '../../src/kube/exec/kill-remote.ts';
import { reset, silence, status, type Fault } from '../../scripts/faults/fault.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import type { ContractServer } from './server.ts';
import { throughFaults, type FaultyLine } from './through-faults.ts';

export const execs = { resource: 'pods', subresource: 'exec' };
export const refusal = { reason: 'Forbidden', message: 'no exec for you' };

/** Runs a script in the pod of these tests. */
export type Shell = (
  line: FaultyLine,
  script: string,
  options?: Partial<CaptureOptions>,
) => Promise<Captured>;

/** What happens before a command runs: of the upgrade to a WebSocket. */
export function execStartFaults(server: () => ContractServer, sh: Shell): void {
  test.each([
    ['503', status(503)],
    ['429', status(429, { retryAfterSeconds: 1 })],
    ['500 that says that no kubelet was reached', status(500, { message: 'error dialing backend: EOF' })],
  ])('is repeated after a %s, as its command did not start', async (_, fault) => {
    await using line = await throughFaults(server());
    line.faults.inject({ ...execs, times: 2 }, fault);
    expect(await sh(line, 'echo done; exit 7')).toEqual({ exitCode: 7, stdout: 'done\n', stderr: '' });
    expect(line.faults.requests).toHaveLength(3);
  });

  test.each<[string, Fault, object]>([
    ['a 403', status(403, refusal), { ...refusal, status: 403, retryable: false }],
    ['any other 500', status(500, { message: 'oops' }), { status: 500, message: 'oops' }],
    ['a reset', reset('before'), { status: 0, reason: 'NetworkError' }],
    ['a reset behind its start', reset('after'), { status: 0, reason: 'NetworkError' }],
  ])('is not repeated after %s', async (_, fault, error) => {
    await using line = await throughFaults(server());
    line.faults.inject(execs, fault);
    await expect(sh(line, 'exit 0')).rejects.toMatchObject(error);
    expect(line.faults.requests).toHaveLength(1);
  });

  test('that is aborted before it has begun waits shortly whether it does', async () => {
    await using line = await throughFaults(server());
    const abort = new AbortController();
    line.faults.inject(execs, silence());
    const result = rejectionOf(sh(line, 'exit 0', { signal: abort.signal }));
    await expect.poll(() => line.faults.requests.length).toBe(1);
    abort.abort(new Error('enough'));
    await line.clock.sleeping(announceWithinMs);
    line.clock.advance(announceWithinMs);
    expect(await result).toBe(abort.signal.reason);
  });
}
