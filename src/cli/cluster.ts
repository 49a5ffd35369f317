import type { Logger } from 'pino';
import { systemClock, systemRandom } from '../core/system.ts';
import { createKube } from '../kube/client.ts';
import { loadClusterAccess } from '../kube/config.ts';
import type { Kube } from '../kube/kube.ts';
import { loggedKube } from '../kube/logged-kube.ts';
import { processEnvironment, proxySettings } from './environment.ts';
import type { RunFlags } from './program.ts';

/** Throws UserError when there is no usable configuration. */
export function connect({ kubeconfig, context, verbose }: RunFlags, log: Logger): Kube {
  const access = loadClusterAccess({ kubeconfig, context, proxy: proxySettings(processEnvironment) });
  const kube = createKube({ access, clock: systemClock, random: systemRandom });
  return verbose ? loggedKube(kube, log, systemClock) : kube;
}

/** For a command that says that it needs none. */
export const noCluster = new Proxy({} as Kube, {
  get(_, method) {
    throw new Error(`A command that is offline has called kube.${String(method)}`);
  },
});
