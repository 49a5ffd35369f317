import type { Rule } from './rule.ts';

const read = 'get list watch';
const write = 'create delete deletecollection patch update';

const viewRules: readonly Rule[] = [
  rule(
    '',
    read,
    `bindings configmaps endpoints limitranges namespaces namespaces/status persistentvolumeclaims
     persistentvolumeclaims/status pods pods/log pods/status replicationcontrollers replicationcontrollers/scale
     replicationcontrollers/status resourcequotas resourcequotas/status serviceaccounts services services/status`,
  ),
  rule('', read, 'events'),
  rule('events.k8s.io', read, 'events'),
  rule('discovery.k8s.io', read, 'endpointslices'),
  rule(
    'apps',
    read,
    `controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status
     replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status`,
  ),
  rule('autoscaling', read, 'horizontalpodautoscalers horizontalpodautoscalers/status'),
  rule('batch', read, 'cronjobs cronjobs/status jobs jobs/status'),
  rule('policy', read, 'poddisruptionbudgets poddisruptionbudgets/status'),
  rule('networking.k8s.io', read, 'ingresses ingresses/status networkpolicies'),
];

const podStreams = 'pods/attach pods/exec pods/portforward pods/proxy';

const editRules: readonly Rule[] = [
  rule('', read, `${podStreams} secrets services/proxy`),
  rule('', 'impersonate', 'serviceaccounts'),
  rule('', write, `pods ${podStreams}`),
  rule('', 'create', 'pods/eviction serviceaccounts/token'),
  rule(
    '',
    write,
    `configmaps persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets
     serviceaccounts services services/proxy`,
  ),
  rule('', write, 'events'),
  rule('events.k8s.io', write, 'events'),
  rule(
    'apps',
    write,
    `daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale
     statefulsets statefulsets/scale`,
  ),
  rule('autoscaling', write, 'horizontalpodautoscalers'),
  rule('batch', write, 'cronjobs jobs'),
  rule('policy', write, 'poddisruptionbudgets'),
  rule('networking.k8s.io', write, 'ingresses networkpolicies'),
  rule('coordination.k8s.io', `${read} ${write}`, 'leases'),
];

const adminRules: readonly Rule[] = [
  rule('authorization.k8s.io', 'create', 'localsubjectaccessreviews'),
  rule('rbac.authorization.k8s.io', `${read} ${write}`, 'rolebindings roles'),
];

/**
 * The rules of the ClusterRoles that people are given in a namespace, as the aggregation controller of a real cluster
 * fills them in. They hold no custom resources: nobody aggregates those of the snapshot controller into them.
 */
export const userFacingRules: Readonly<Record<string, readonly Rule[]>> = {
  view: viewRules,
  edit: [...editRules, ...viewRules],
  admin: [...adminRules, ...editRules, ...viewRules],
};

/** Verbs and resources are words with blanks between them. */
function rule(group: string, verbs: string, resources: string): Rule {
  return { apiGroups: [group], resources: resources.split(/\s+/), verbs: verbs.split(' ') };
}
