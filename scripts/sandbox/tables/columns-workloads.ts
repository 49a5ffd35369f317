import type { KubeObject } from '../../../src/kube/object.ts';
import { formatLabelSelector, formatLabels } from '../selectors/label-format.ts';
import type { LabelSelectorObject } from '../selectors/label-selector.ts';
import {
  ageColumn,
  type Column,
  column,
  type Container,
  containerColumns,
  nameColumn,
  wideColumn,
} from './table-column.ts';

export interface Template {
  readonly spec?: {
    readonly containers?: readonly Container[];
    readonly nodeSelector?: Record<string, string>;
  };
}

/** A Deployment, StatefulSet, ReplicaSet or DaemonSet. */
interface Workload extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: LabelSelectorObject;
    readonly template?: Template;
  };
  readonly status?: Readonly<Record<string, number | undefined>>;
}

/** Of whatever has `spec.template`, Jobs too. */
export const templateColumns = containerColumns(({ spec }: Workload) => spec?.template?.spec?.containers);
/** Of whatever has `spec.selector`, Jobs too. */
export const selectorColumn = wideColumn(
  'Selector',
  ({ spec }: Workload) => formatLabelSelector(spec?.selector) || '<none>',
);
const readyColumn = column(
  'Ready',
  ({ spec, status }: Workload) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
  { description: 'Number of the pod with ready state' },
);

function counter(name: string, field: string, type = 'integer'): Column {
  return column(name, ({ status }: Workload) => status?.[field] ?? 0, { type });
}

export const deploymentColumns: readonly Column[] = [
  nameColumn,
  readyColumn,
  counter('Up-to-date', 'updatedReplicas', 'string'),
  counter('Available', 'availableReplicas', 'string'),
  ageColumn,
  ...templateColumns,
  wideColumn('Selector', ({ spec }: Workload) => formatLabelSelector(spec?.selector)),
];

export const statefulSetColumns: readonly Column[] = [nameColumn, readyColumn, ageColumn, ...templateColumns];

export const replicaSetColumns: readonly Column[] = [
  nameColumn,
  column('Desired', ({ spec }: Workload) => spec?.replicas ?? 0, { type: 'integer' }),
  counter('Current', 'replicas'),
  counter('Ready', 'readyReplicas'),
  ageColumn,
  ...templateColumns,
  selectorColumn,
];

export const daemonSetColumns: readonly Column[] = [
  nameColumn,
  counter('Desired', 'desiredNumberScheduled'),
  counter('Current', 'currentNumberScheduled'),
  counter('Ready', 'numberReady'),
  counter('Up-to-date', 'updatedNumberScheduled'),
  counter('Available', 'numberAvailable'),
  column('Node Selector', ({ spec }: Workload) => formatLabels(spec?.template?.spec?.nodeSelector)),
  ageColumn,
  ...templateColumns,
  selectorColumn,
];
