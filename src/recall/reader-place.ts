import type { Context } from '../context.ts';
import { hasStatus } from '../kube/error.ts';
import { explainFailure } from '../kube/explain-failure.ts';
import { isRecord } from '../kube/object.ts';
import { cronJobs } from '../kube/resources.ts';
import type { ReaderPlace } from '../restore/dump/reader-manifest.ts';
import { backupContainer, podSpecOf, recordsIn, textOf } from './cron-job-container.ts';

const policies = ['Always', 'IfNotPresent', 'Never'];
const most = 50;

/**
 * By the CronJob of ours: the image, who may pull it, and which nodes it may run on. Nothing that gives its pod a right or a volume.
 * Undefined where there is none, or none that may be looked at.
 */
export async function readerPlace(
  namespace: string,
  cronJob: string | undefined,
  { kube, signal }: Context,
): Promise<ReaderPlace | undefined> {
  const doing = `Looking for the CronJob in namespace '${namespace}'`;
  const all = await explainFailure('preflight', doing, async () => {
    try {
      return await Array.fromAsync(kube.list(cronJobs, { namespace, signal }));
    } catch (error) {
      if (hasStatus(error, 403)) return [];
      throw error;
    }
  });
  for (const one of all) {
    const container = backupContainer(one);
    if (!container || (cronJob !== undefined && one.metadata.name !== cronJob)) continue;
    if (!/^[A-Za-z0-9][-A-Za-z0-9._/:@]{0,499}$/.test(container.image)) continue;
    const policy = textOf(container.fields['imagePullPolicy']);
    const { imagePullSecrets, nodeSelector, tolerations } = podSpecOf(one['spec']);
    return {
      image: container.image,
      pullPolicy: policies.find((word) => word === policy),
      pullSecrets: recordsIn(imagePullSecrets, most).map(({ name }) => ({ name: textOf(name) })),
      nodeSelector: Object.fromEntries(plainIn(nodeSelector, ['string'])) as Record<string, string>,
      tolerations: recordsIn(tolerations, most).map(
        (toleration) =>
          Object.fromEntries(plainIn(toleration, ['string', 'number'])) as Record<string, string>,
      ),
    };
  }
  return undefined;
}

function plainIn(value: unknown, types: readonly string[]): [string, unknown][] {
  return Object.entries(isRecord(value) ? value : {})
    .filter(([, one]) => types.includes(typeof one))
    .slice(0, most);
}
