import { PassThrough } from 'node:stream';
import { beforeAll, describe, expect, test } from 'vitest';
import { execCapture, type CaptureOptions } from '../../src/kube/exec/capture.ts';
import {
  execDrop,
  execHang,
  execNoStatus,
  execTruncate,
  reset,
  silence,
  status,
  type Fault,
} from '../faults/fault.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { heldBehindPid } from './held-exec.ts';
import type { ContractServer } from './server.ts';
import { Place } from './support.ts';
import { soon, throughFaults, type FaultyLine } from './through-faults.ts';
import { isRunning, run, startPod } from './workloads.ts';

const execs = { resource: 'pods', subresource: 'exec' };
const refusal = { status: 403, reason: 'Forbidden', message: 'no exec for you' };

export function execFaultsContract(server: () => ContractServer): void {
  describe('an exec of our client', () => {
    const place = new Place(server, 'exec-faults');
    const { namespace } = place;
    const sh = ({ kube }: FaultyLine, script: string, options: Partial<CaptureOptions> = {}) => {
      const command = ['sh', '-c', script];
      return execCapture(kube, { namespace, pod: 'pod', container: 'main', command, ...soon(), ...options });
    };

    beforeAll(async () => {
      await startPod(place, 'pod');
    });

    test('whose connection drops is an error, and its process is killed', async () => {
      const held = heldBehindPid(Infinity);
      await using line = await throughFaults(server(), held.hook);
      line.faults.inject(execs, execDrop(1000));
      const script = `${held.script}; printf %05000d 0; exec sleep 4321`;
      const error = await rejectionOf(sh(line, script, { stdin: held.stdin }));
      expect(error).toMatchObject({ status: 0, reason: 'ExecNoStatus', retryable: true });
      expect(await isRunning(place, 'pod', await held.pid)).toBe(false);
    });
  });
}
