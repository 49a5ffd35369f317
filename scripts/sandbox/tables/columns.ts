import type { Resource } from '../../../src/kube/resources.ts';
import { isBuiltInGroup } from '../patches/built-in-groups.ts';
import { configMapColumns, leaseColumns, namespaceColumns, secretColumns } from './columns-core.ts';
import { customAgeColumn } from './columns-custom.ts';
import { eventColumns } from './columns-events.ts';
import { cronJobColumns, jobColumns } from './columns-jobs.ts';
import { nodeColumns } from './columns-nodes.ts';
import { podColumns } from './columns-pods.ts';
import { bindingColumns } from './columns-rbac.ts';
import { serviceColumns } from './columns-services.ts';
import {
  volumeSnapshotClassColumns,
  volumeSnapshotColumns,
  volumeSnapshotContentColumns,
} from './columns-snapshots.ts';
import {
  persistentVolumeClaimColumns,
  persistentVolumeColumns,
  storageClassColumns,
} from './columns-storage.ts';
import {
  daemonSetColumns,
  deploymentColumns,
  replicaSetColumns,
  statefulSetColumns,
} from './columns-workloads.ts';
import { ageColumn, type Column, column, nameColumn } from './table-column.ts';

/** What the API server has no printer for. */
const defaultColumns: readonly Column[] = [
  nameColumn,
  column('Created At', ({ metadata }) => metadata.creationTimestamp ?? '0001-01-01T00:00:00Z', {
    type: 'date',
  }),
];

const known: Readonly<Record<string, readonly Column[]>> = {
  'clusterrolebindings.rbac.authorization.k8s.io': bindingColumns,
  'clusterroles.rbac.authorization.k8s.io': defaultColumns,
  'configmaps.': configMapColumns,
  'cronjobs.batch': cronJobColumns,
  'customresourcedefinitions.apiextensions.k8s.io': defaultColumns,
  'daemonsets.apps': daemonSetColumns,
  'deployments.apps': deploymentColumns,
  'events.': eventColumns,
  'jobs.batch': jobColumns,
  'leases.coordination.k8s.io': leaseColumns,
  'limitranges.': defaultColumns,
  'namespaces.': namespaceColumns,
  'nodes.': nodeColumns,
  'persistentvolumeclaims.': persistentVolumeClaimColumns,
  'persistentvolumes.': persistentVolumeColumns,
  'pods.': podColumns,
  'replicasets.apps': replicaSetColumns,
  'rolebindings.rbac.authorization.k8s.io': bindingColumns,
  'roles.rbac.authorization.k8s.io': defaultColumns,
  'secrets.': secretColumns,
  'services.': serviceColumns,
  'statefulsets.apps': statefulSetColumns,
  'storageclasses.storage.k8s.io': storageClassColumns,
  'volumesnapshotclasses.snapshot.storage.k8s.io': volumeSnapshotClassColumns,
  'volumesnapshotcontents.snapshot.storage.k8s.io': volumeSnapshotContentColumns,
  'volumesnapshots.snapshot.storage.k8s.io': volumeSnapshotColumns,
};

/** The columns of this resource's table; name and age where kubectl's users know no others. */
export function columnsOf({ group, plural }: Resource): readonly Column[] {
  const own = known[`${plural}.${group}`];
  return own ?? [nameColumn, isBuiltInGroup(group) ? ageColumn : customAgeColumn];
}
