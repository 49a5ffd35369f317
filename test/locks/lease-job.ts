/** A run of its own process: `lease-job.ts KUBECONFIG` takes the lease, notes something, says so, and never releases it. */
import { createKube } from '../../src/kube/client.ts';
import { loadClusterAccess } from '../../src/kube/config.ts';
import { acquireNamespaceLease } from '../../src/locks/namespace-lease.ts';
import { createLogger } from '../../src/core/log.ts';
import { systemClock, systemRandom } from '../../src/core/system.ts';

const access = loadClusterAccess({ kubeconfig: process.argv[2]! });
const kube = createKube({ access, clock: systemClock, random: systemRandom });
const lease = await acquireNamespaceLease(
  { namespace: 'shop', holder: 'shop/killed', timeoutMilliseconds: 0 },
  {
    kube,
    clock: systemClock,
    random: systemRandom,
    log: createLogger(),
    signal: new AbortController().signal,
  },
);
await lease.setNote('deployment/app 3');
process.stdout.write('noted\n');
if (process.argv[3] === 'hang') setInterval(() => {}, 60_000);
