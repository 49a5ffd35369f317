import { createLogger } from '../../core/log.ts';
import { systemClock, systemRandom } from '../../core/system.ts';
import { createKube } from '../../kube/client.ts';
import { contextNames, loadClusterAccess } from '../../kube/config.ts';
import type { ProxySettings } from '../../kube/proxy.ts';
import { defaultProvider } from '../../snapshots/providers.ts';
import type { Lookup } from './complete.ts';

/** Nobody waits longer for a Tab. */
const patienceMilliseconds = 2000;

/** In the cluster that the words so far name, in silence. */
export function clusterLookup(proxy: ProxySettings): Lookup {
  return {
    contexts: (given) => contextNames({ kubeconfig: given.get('--kubeconfig') }),
    async inCluster(given, find) {
      const choice = { kubeconfig: given.get('--kubeconfig'), context: given.get('--context'), proxy };
      const access = loadClusterAccess(choice);
      const kube = createKube({ access, clock: systemClock, random: systemRandom });
      const signal = AbortSignal.timeout(patienceMilliseconds);
      const log = createLogger({ level: 'silent' });
      const context = {
        kube,
        clock: systemClock,
        random: systemRandom,
        log,
        signal,
        snapshots: defaultProvider,
      };
      const late = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
      return await Promise.race([find(context), late]);
    },
  };
}
