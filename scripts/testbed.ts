import { join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';
import { openProvider } from './cluster/open-provider.ts';
import type { Provider, Report } from './cluster/provider.ts';
import { buildImage, type BuiltImage } from './images/build-image.ts';
import type { ImageName } from './images/recipes.ts';
import { clusterRequirements, installRequirements } from './packages.ts';
import { run } from './run.ts';

export const checkout = join(import.meta.dirname, '..');
const chart = join(checkout, 'charts', 'backup-ns');

/** A running cluster that has our image and a PostgreSQL image, with the clients to use it. */
export interface Testbed {
  readonly provider: Provider;
  readonly kubeconfig: string;
  readonly images: { readonly backupNs: BuiltImage; readonly postgres: BuiltImage };
  /** Another image, which the cluster has when this resolves. */
  image(name: ImageName): Promise<BuiltImage>;
  kubectl(args: readonly string[], input?: string): Promise<string>;
  helm(args: readonly string[]): Promise<string>;
}

/** Brings the cluster up if it is not, and loads the images of this checkout. The bundle must have been built. */
export async function openTestbed(cluster: string, report: Report): Promise<Testbed> {
  const provider = await openProvider('auto', cluster, report);
  if (provider.kind === 'native') await installRequirements(clusterRequirements, report);
  const kubeconfig = await provider.up();
  const { kubectl, helm } = await provider.programs();
  const options = { cacheFolder: cacheFolder(), log: report, signal: new AbortController().signal };
  const image = async (name: ImageName): Promise<BuiltImage> => {
    const built = await buildImage(name, options);
    await provider.load(built.tar);
    return built;
  };
  const images = { backupNs: await image('backup-ns'), postgres: await image('postgres:15') };
  report('the images are loaded');
  const env = { KUBECONFIG: kubeconfig };
  return {
    provider,
    kubeconfig,
    images,
    image,
    kubectl: (args, input = '') => run(kubectl, args, { env, input }),
    helm: (args) => run(helm, args, { env }),
  };
}

/** Installs the chart with the image of this checkout, and slots of the node. `settings` are `create.settings` of its values, `values` others. */
export async function installChart(
  testbed: Testbed,
  {
    namespace,
    release,
    settings = {},
    values = {},
  }: {
    namespace: string;
    release: string;
    settings?: Record<string, string>;
    values?: Record<string, object>;
  },
): Promise<void> {
  const [repository, tag] = testbed.images.backupNs.ref.split(':');
  const all = {
    image: { repository, tag, pullPolicy: 'Never' },
    create: { settings, backoffLimit: 0 },
    locks: { kind: 'hostPath' },
    // A Job that is deleted as soon as it has ended cannot be looked at.
    successfulJobsHistoryLimit: 20,
    failedJobsHistoryLimit: 20,
    ...values,
  };
  const args = ['upgrade', '--install', release, chart, '--namespace', namespace];
  const given = Object.entries(all).flatMap(([name, value]) => [
    '--set-json',
    `${name}=${JSON.stringify(value)}`,
  ]);
  await testbed.helm([...args, ...given]);
}

/** Creates or updates objects. */
export async function apply(testbed: Testbed, ...objects: object[]): Promise<void> {
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  await testbed.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], JSON.stringify(list));
}
