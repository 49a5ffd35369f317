import type { KubeObject } from '../../../src/kube/object.ts';
import { selectorColumn, type Template, templateColumns } from './columns-workloads.ts';
import { ageOf, humanDuration } from './human-duration.ts';
import { formatLabelSelector } from '../selectors/label-format.ts';
import type { LabelSelectorObject } from '../selectors/label-selector.ts';
import type { Condition } from './pod-shape.ts';
import { ageColumn, type Column, column, containerColumns, nameColumn, wideColumn } from './table-column.ts';

interface Job extends KubeObject {
  readonly spec?: {
    readonly completions?: number;
    readonly parallelism?: number;
    readonly selector?: LabelSelectorObject;
    readonly template?: Template;
  };
  readonly status?: {
    readonly succeeded?: number;
    readonly startTime?: string;
    readonly completionTime?: string;
    readonly conditions?: readonly Condition[];
  };
}

export const jobColumns: readonly Column[] = [
  nameColumn,
  column('Status', jobStatus, { description: 'Status of the job.' }),
  column('Completions', completions),
  column('Duration', jobDuration, { description: 'Time required to complete the job.' }),
  ageColumn,
  ...templateColumns,
  selectorColumn,
];

function jobStatus({ metadata, status }: Job): string {
  const has = (type: string) =>
    status?.conditions?.find((condition) => condition.type === type)?.status === 'True';
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (metadata.deletionTimestamp) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running';
}

function completions({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec?.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec?.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobDuration({ status }: Job, now: Date): string {
  if (!status?.startTime) return '';
  const end = status.completionTime ? Date.parse(status.completionTime) : now.getTime();
  return humanDuration(end - Date.parse(status.startTime));
}

interface CronJob extends KubeObject {
  readonly spec?: {
    readonly schedule?: string;
    readonly timeZone?: string;
    readonly suspend?: boolean;
    readonly jobTemplate?: { readonly spec?: Job['spec'] };
  };
  readonly status?: { readonly active?: readonly unknown[]; readonly lastScheduleTime?: string };
}

export const cronJobColumns: readonly Column[] = [
  nameColumn,
  column('Schedule', ({ spec }: CronJob) => spec?.schedule ?? ''),
  column('Timezone', ({ spec }: CronJob) => spec?.timeZone ?? '<none>'),
  column('Suspend', suspension, { type: 'boolean' }),
  column('Active', ({ status }: CronJob) => status?.active?.length ?? 0, { type: 'integer' }),
  column('Last Schedule', ({ status }: CronJob, now) =>
    status?.lastScheduleTime ? ageOf(status.lastScheduleTime, now) : '<none>',
  ),
  ageColumn,
  ...containerColumns(({ spec }: CronJob) => spec?.jobTemplate?.spec?.template?.spec?.containers),
  wideColumn(
    'Selector',
    ({ spec }: CronJob) => formatLabelSelector(spec?.jobTemplate?.spec?.selector) || '<none>',
  ),
];

function suspension({ spec }: CronJob): string {
  if (spec?.suspend === undefined) return '<unset>';
  return spec.suspend ? 'True' : 'False';
}
