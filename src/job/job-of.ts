import { isRecord, type KubeObject } from '../kube/object.ts';

/** By this `create` knows that a person wants a backup; kubectl writes it, too. */
const instantiate = 'cronjob.kubernetes.io/instantiate';

/** A Job has at most 63 characters, and a CronJob mostly no more than 52. */
const longestStart = 54;

/** The Job that `kubectl create job --from=cronjob/NAME` makes of a CronJob. */
export function jobOf(cronJob: KubeObject, suffix: string): KubeObject {
  const { name = '', namespace = '', uid = '' } = cronJob.metadata;
  const template =
    isRecord(cronJob.spec) && isRecord(cronJob.spec['jobTemplate']) ? cronJob.spec['jobTemplate'] : {};
  const metadata = isRecord(template['metadata']) ? template['metadata'] : {};
  const { labels, annotations } = metadata;
  const start = name.slice(0, longestStart).replace(/(?<![-.])[-.]+$/, '');
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${start}-${suffix}`,
      namespace,
      ...(isRecord(labels) && { labels: labels as Record<string, string> }),
      annotations: { ...(isRecord(annotations) && annotations), [instantiate]: 'manual' },
      // As kubectl: blockOwnerDeletion would need a right on the finalizers of the CronJob.
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name, uid, controller: true }],
    },
    spec: template['spec'] ?? {},
  };
}
