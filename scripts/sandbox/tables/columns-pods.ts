import { ageOf } from './human-duration.ts';
import type { Condition, Pod } from './pod-shape.ts';
import { podSummary } from './pod-summary.ts';
import { ageColumn, type Column, column, nameColumn, wideColumn } from './table-column.ts';

/** Source: `printPod` of `pkg/printers/internalversion`. */
export const podColumns: readonly Column[] = [
  nameColumn,
  column('Ready', (pod: Pod) => podSummary(pod).ready, {
    description: 'The aggregate readiness state of this pod for accepting traffic.',
  }),
  column('Status', (pod: Pod) => podSummary(pod).status, {
    description: 'The aggregate status of the containers in this pod.',
  }),
  column('Restarts', restarts, {
    description:
      'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
  }),
  ageColumn,
  wideColumn('IP', ({ status }: Pod) => status?.podIP || status?.podIPs?.[0]?.ip || '<none>'),
  wideColumn('Node', ({ spec }: Pod) => spec?.nodeName || '<none>'),
  wideColumn('Nominated Node', ({ status }: Pod) => status?.nominatedNodeName || '<none>'),
  wideColumn('Readiness Gates', readinessGates),
];

function restarts(pod: Pod, now: Date): string {
  const { restarts, lastRestart } = podSummary(pod);
  return restarts === 0 || lastRestart === undefined
    ? String(restarts)
    : `${restarts} (${ageOf(lastRestart, now)} ago)`;
}

function readinessGates({ spec, status }: Pod): string {
  const gates = spec?.readinessGates ?? [];
  const isOpen = (type: string) =>
    status?.conditions?.find((condition) => condition.type === type)?.status === 'True';
  const open = gates.filter(({ conditionType }) => isOpen(conditionType));
  return gates.length === 0 ? '<none>' : `${open.length}/${gates.length}`;
}

/** Marks the row of a pod that has ended, so that a client may show it with less weight. */
export function podRowConditions({ status }: Pod): Condition[] | undefined {
  const completed = { type: 'Completed', status: 'True' };
  if (status?.phase === 'Succeeded')
    return [{ ...completed, reason: 'Succeeded', message: 'The pod has completed successfully.' }];
  if (status?.phase === 'Failed') return [{ ...completed, reason: 'Failed', message: 'The pod failed.' }];
  return undefined;
}
