import type { KubeObject } from '../../../../src/kube/object.ts';
import { at, immutable, invalidValue, hasChanged, specOf, type Rules } from './rule.ts';

export const workloadRules: Readonly<Record<string, Rules>> = {
  'batch/jobs': {
    prepare: prepareJob,
    problems: immutable('spec.template', 'spec.selector', 'spec.completionMode'),
  },
  'apps/deployments': { problems: immutable('spec.selector') },
  'apps/statefulsets': {
    problems: immutable('spec.selector', 'spec.serviceName', 'spec.volumeClaimTemplates'),
  },
  'coordination.k8s.io/leases': { misshape: wholeSeconds },
  'storage.k8s.io/storageclasses': { problems: immutable('provisioner', 'parameters', 'reclaimPolicy') },
  'rbac.authorization.k8s.io/rolebindings': { problems: roleReferenceProblems },
  'rbac.authorization.k8s.io/clusterrolebindings': { problems: roleReferenceProblems },
};

function prepareJob(job: KubeObject): void {
  const { uid = '', name = '' } = job.metadata;
  const labels = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  const template = structuredClone(specOf(job).template ?? {}) as { metadata?: Record<string, unknown> };
  const own = at(template, 'metadata.labels') as object | undefined;
  template.metadata = { ...template.metadata, labels: { ...own, ...labels } };
  const selector = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
  const defaults = { parallelism: 1, completions: 1, backoffLimit: 6, suspend: false };
  job.spec = { ...defaults, ...specOf(job), selector, template };
  job.status = {};
}

/** A Lease's times have microseconds, and the API server takes no others. */
function wholeSeconds(lease: KubeObject): string | undefined {
  const { acquireTime, renewTime } = specOf(lease);
  const micro = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/;
  const odd = [acquireTime, renewTime].find((time) => typeof time === 'string' && !micro.test(time));
  if (odd === undefined) return undefined;
  return `parsing time ${JSON.stringify(odd)} as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"`;
}

function roleReferenceProblems(binding: KubeObject, previous: KubeObject | undefined) {
  if (!previous || !hasChanged(binding, previous, 'roleRef')) return [];
  return [invalidValue('roleRef', binding.roleRef, 'cannot change roleRef')];
}
