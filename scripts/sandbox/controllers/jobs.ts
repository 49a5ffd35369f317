import type { KubeObject } from '../../../src/kube/object.ts';
import { timestamp } from '../objects/lifecycle.ts';
import type { Pod } from '../pods/pod.ts';
import type { Cluster } from '../cluster.ts';
import { control, isDeleting, withStatus } from './controller.ts';
import { jobs, pods } from '../objects/kinds.ts';

interface Job extends KubeObject {
  spec: {
    backoffLimit?: number;
    suspend?: boolean;
    template: { metadata?: { labels?: Record<string, string> }; spec: object };
    podFailurePolicy?: {
      rules: { action: string; onExitCodes?: { operator: 'In' | 'NotIn'; values: number[] } }[];
    };
  };
  status?: { conditions?: { type: string; status: string }[]; startTime?: string };
}

const firstBackoffMs = 10_000;

/** Runs a Job's pod until it succeeds or the Job's patience is over. */
export function controlJobs(cluster: Cluster): void {
  const { objects, clock, signal } = cluster;
  control(cluster, jobs, (object) => reconcile(object as Job), [{ definition: pods, affected: ofPod }]);

  function ofPod({ metadata }: KubeObject): KubeObject[] {
    const owner = metadata.ownerReferences?.find(({ kind }) => kind === 'Job');
    const job = owner && objects.find(jobs, metadata.namespace, owner.name);
    return job ? [job] : [];
  }

  async function reconcile(job: Job): Promise<void> {
    if (isDeleting(job) || job.spec.suspend || isOver(job)) return;
    const { namespace, uid } = job.metadata;
    const own = (objects.all(pods, namespace) as Pod[]).filter(({ metadata }) =>
      metadata.ownerReferences?.some((owner) => owner.uid === uid),
    );
    const inPhase = (phase: string) => own.filter(({ status }) => status?.phase === phase);
    const [succeeded, failed] = [inPhase('Succeeded'), inPhase('Failed')];
    const active = own.length - succeeded.length - failed.length;
    const counts = {
      active,
      succeeded: succeeded.length,
      failed: failed.length,
      startTime: job.status?.startTime ?? now(),
    };
    withStatus(cluster, jobs, job, counts);
    if (succeeded.length > 0)
      return finish(job, ['SuccessCriteriaMet', 'Complete'], { completionTime: now() });
    if (active > 0) return;
    if (failed.some((pod) => mustNotBeRetried(job, pod)))
      return finish(job, ['FailureTarget', 'Failed'], {}, 'PodFailurePolicy');
    if (failed.length > (job.spec.backoffLimit ?? 6))
      return finish(job, ['FailureTarget', 'Failed'], {}, 'BackoffLimitExceeded');
    if (failed.length > 0) await clock.sleep(firstBackoffMs * 2 ** (failed.length - 1), signal);
    if (objects.find(jobs, namespace, job.metadata.name ?? '')?.metadata.uid === uid) startPod(job);
  }

  function startPod({ metadata, spec }: Job): void {
    const { name = '', namespace, uid = '' } = metadata;
    const owner = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      name,
      uid,
      controller: true,
      blockOwnerDeletion: true,
    };
    objects.create(pods, namespace, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        ...spec.template.metadata,
        labels: { ...spec.template.metadata?.labels, ...labelsOf(name, uid) },
        generateName: `${name}-`,
        ownerReferences: [owner],
      },
      spec: spec.template.spec,
    });
  }

  function finish(job: Job, types: readonly string[], more: object, reason?: string): void {
    const conditions = types.map((type) => ({
      type,
      status: 'True',
      lastTransitionTime: now(),
      ...(reason && { reason }),
    }));
    withStatus(cluster, jobs, job, { conditions, ...more });
  }

  function now(): string {
    return timestamp(clock.now());
  }
}

/** As the API server puts them into the template of a Job, with the names of before Kubernetes 1.27. */
function labelsOf(name: string, uid: string): Record<string, string> {
  const own = { 'job-name': name, 'controller-uid': uid };
  const prefixed = Object.entries(own).map(([key, value]) => [`batch.kubernetes.io/${key}`, value]);
  return { ...own, ...Object.fromEntries(prefixed) };
}

function isOver({ status }: Job): boolean {
  return (
    status?.conditions?.some(
      (condition) => ['Complete', 'Failed'].includes(condition.type) && condition.status === 'True',
    ) ?? false
  );
}

function mustNotBeRetried({ spec }: Job, { status }: Pod): boolean {
  const codes = (status?.containerStatuses ?? []).flatMap(
    ({ state }) => (state as { terminated?: { exitCode: number } }).terminated?.exitCode ?? [],
  );
  return (spec.podFailurePolicy?.rules ?? []).some(({ action, onExitCodes }) => {
    if (action !== 'FailJob' || !onExitCodes) return false;
    const isIn = codes.some((code) => code !== 0 && onExitCodes.values.includes(code));
    return onExitCodes.operator === 'In' ? isIn : !isIn;
  });
}
