import type { Context } from '../context.ts';
import { messageOf } from '../core/errors.ts';
import { jobs, pods } from '../kube/resources.ts';
import type { CreateSettings } from './settings/create.ts';
import { ownerOf } from '../record/involved.ts';

export type Asker = 'schedule' | 'person';

/** What kubectl gives a Job that is made by hand from a CronJob. */
const instantiate = 'cronjob.kubernetes.io/instantiate';

/**
 * Whether a schedule or a person wants this backup. The Job of our pod tells: `kubectl create job --from=cronjob/…` makes one
 * that says so, and is else as those of the schedule. Where there is none to look at, the label `type` decides:
 * only `adhoc` is a person's.
 */
export async function askedBy({ type, pod }: CreateSettings['labels'], context: Context): Promise<Asker> {
  const byLabel = type === 'adhoc' ? 'person' : 'schedule';
  if (pod === undefined) return byLabel;
  try {
    return (await askerOfPod(pod, context)) ?? byLabel;
  } catch (error) {
    context.signal.throwIfAborted();
    context.log.debug({ pod, reason: messageOf(error) }, 'could not find out who wants this backup');
    return byLabel;
  }
}

/** In our own namespace, which need not be the one that is backed up. */
async function askerOfPod(name: string, { kube, signal }: Context): Promise<Asker | undefined> {
  const { namespace } = kube;
  const found = await kube.find(pods, { namespace, name }, { signal });
  const owner = found && ownerOf(found, 'Job');
  if (!owner) return undefined;
  const job = await kube.find(jobs, { namespace, name: owner.name }, { signal });
  if (job?.metadata.uid !== owner.uid) return undefined;
  if (job.metadata.annotations?.[instantiate] === 'manual') return 'person';
  return ownerOf(job, 'CronJob') ? 'schedule' : undefined;
}
