import type { Context } from '../context.ts';
import { UserError } from '../core/errors.ts';
import type { Engine } from '../databases/engine.ts';
import { hasStatus } from '../kube/error.ts';
import { explainFailure } from '../kube/explain-failure.ts';
import { cronJobs } from '../kube/resources.ts';
import { placeOfPod, resourcesOf, userOfPod } from '../restore/dump/pod-place.ts';
import type { ReaderPlace } from '../restore/dump/reader-manifest.ts';
import { readCronJobSettings } from './cron-job-settings.ts';
import { backupContainer, podSpecOf, textOf } from './cron-job-container.ts';

const policies = ['Always', 'IfNotPresent', 'Never'];

export interface ReaderWish {
  readonly engine: Engine;
  readonly namespace: string;
  /** The CronJob and the image that a person has chosen. */
  readonly cronJob: string | undefined;
  readonly image: string | undefined;
}

/**
 * By the CronJob of ours: the image, who may pull it, which nodes it may run on, whom as, and with which resources. Nothing that gives
 * its pod a right or a volume.
 * Undefined where there is none, or none that may be looked at. Throws UserError 'settings' when several have different images.
 */
export async function readerPlace(
  { engine, namespace, cronJob, image }: ReaderWish,
  context: Context,
): Promise<ReaderPlace | undefined> {
  const { kube, signal } = context;
  const doing = `Looking for the CronJob in namespace '${namespace}'`;
  const all = await explainFailure('preflight', doing, async () => {
    try {
      return await Array.fromAsync(kube.list(cronJobs, { namespace, signal }));
    } catch (error) {
      if (hasStatus(error, 403)) return [];
      throw error;
    }
  });
  const named = all.filter(({ metadata }) => cronJob === undefined || metadata.name === cronJob);
  // Those whose settings would be taken, too: of a CronJob that backs up something else, nothing is.
  const settings = await Promise.all(named.map((one) => readCronJobSettings(one, engine, [], context)));
  const chosen = named.filter((_, index) => settings[index] !== undefined);
  const images = new Set(chosen.map((one) => backupContainer(one)?.image));
  if (images.size > 1 && image === undefined)
    throw new UserError(
      'settings',
      `${chosen.length} CronJobs in namespace '${namespace}' have different images; choose one with ⟪cronJob⟫, or give ⟪image⟫`,
    );
  for (const one of chosen) {
    const container = backupContainer(one);
    if (!container || !/^[A-Za-z0-9][-A-Za-z0-9._/:@]{0,499}$/.test(container.image)) continue;
    const policy = textOf(container.fields['imagePullPolicy']);
    const pod = podSpecOf(one['spec']);
    return {
      ...placeOfPod(pod),
      image: container.image,
      pullPolicy: policies.find((word) => word === policy),
      user: userOfPod(pod, container.fields),
      resources: resourcesOf(container.fields),
    };
  }
  return undefined;
}
