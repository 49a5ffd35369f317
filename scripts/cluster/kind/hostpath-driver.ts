import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../cache-folder.ts';
import { run } from '../../run.ts';
import type { Report } from '../provider.ts';

const snapshotter = 'v8.6.0';
const driver = 'v1.17.1';

/** Installs the snapshot CRDs, the snapshot controller and the CSI hostpath driver, as their projects say it is done. */
export async function installHostpathDriver(kubeconfig: string, report: Report): Promise<void> {
  const env = { KUBECONFIG: kubeconfig };
  const kubectl = (...args: string[]) => run('kubectl', args, { env });
  if ((await kubectl('get', 'csidriver', 'hostpath.csi.k8s.io', '--ignore-not-found', '-o', 'name')) !== '')
    return;
  report('installing the snapshot controller and the CSI hostpath driver');
  const source = `https://github.com/kubernetes-csi/external-snapshotter`;
  for (const folder of ['client/config/crd', 'deploy/kubernetes/snapshot-controller']) {
    await kubectl('apply', '--server-side', '-k', `${source}/${folder}?ref=${snapshotter}`);
  }
  const checkout = await driverCheckout();
  await run(join(checkout, 'deploy', 'kubernetes-latest', 'deploy.sh'), [], {
    env,
    cwd: checkout,
    onLine: report,
  });
  await kubectl('apply', '-f', join(import.meta.dirname, 'hostpath-classes.yaml'));
}

async function driverCheckout(): Promise<string> {
  const target = join(cacheFolder(), `csi-driver-host-path-${driver}`);
  if (existsSync(target)) return target;
  const partial = `${target}.partial`;
  rmSync(partial, { recursive: true, force: true });
  const repository = 'https://github.com/kubernetes-csi/csi-driver-host-path';
  await run('git', ['clone', '--quiet', '--depth=1', `--branch=${driver}`, repository, partial]);
  renameSync(partial, target);
  return target;
}
