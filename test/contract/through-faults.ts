import { announceWithinMs } from '../../src/kube/exec/kill-remote.ts';
import type { Kube } from '../../src/kube/kube.ts';
import { startFaults, type Faults } from '../../scripts/faults/faults.ts';
import type { Hook } from '../../scripts/faults/hook.ts';
import { accessTo, kubeFor } from '../kube/fixtures.ts';
import { TestClock } from '../kube/test-clock.ts';
import type { ContractServer } from './server.ts';

/** Our client, with a proxy between it and the server that does to its requests what a test wants. */
export interface FaultyLine extends AsyncDisposable {
  readonly kube: Kube;
  readonly faults: Faults;
  /** The client's: waits between attempts take no time, deadlines come only when a test advances it. */
  readonly clock: TestClock;
}

export async function throughFaults(server: ContractServer, hook?: Hook): Promise<FaultyLine> {
  const faults = await startFaults(server.upstream, hook && { hook });
  // The shortest wait that is not between two attempts is that for the number of a process to kill.
  const clock = new TestClock((milliseconds) => milliseconds < announceWithinMs);
  // Who says nothing of his own is the administrator to the proxy.
  const credentials = () => Promise.resolve({ headers: {}, tls: {} });
  const kube = kubeFor(faults.url, { access: accessTo(faults.url, { credentials }), clock });
  return {
    kube,
    faults,
    clock,
    async [Symbol.asyncDispose]() {
      await kube.close();
      await faults[Symbol.asyncDispose]();
    },
  };
}

/** What came in so far, as verbs. */
export function verbsOf({ faults }: FaultyLine): string[] {
  return faults.requests.map(({ verb }) => verb);
}

/** For a call that must not keep its test for ever. */
export function soon(): { signal: AbortSignal } {
  return { signal: AbortSignal.timeout(20_000) };
}

/** For an object of a test that is one of many. */
export function nameFrom(title: string): string {
  return title.replaceAll(/[^A-Za-z0-9]+/g, '-').toLowerCase();
}
