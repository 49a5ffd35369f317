import type { KubeObject } from '../../../src/kube/object.ts';
import { ageOf } from './human-duration.ts';
import { type Column, column, nameColumn, wideColumn } from './table-column.ts';

interface Event extends KubeObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject?: { readonly kind?: string; readonly name?: string; readonly fieldPath?: string };
  readonly source?: { readonly component?: string; readonly host?: string };
  readonly reportingComponent?: string;
  readonly reportingInstance?: string;
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly count?: number;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string };
}

/** Source: `printEvent` of `pkg/printers/internalversion`. */
export const eventColumns: readonly Column[] = [
  column('Last Seen', lastSeen),
  column('Type', ({ type }: Event) => type ?? ''),
  column('Reason', ({ reason }: Event) => reason ?? ''),
  column('Object', involved),
  wideColumn('Subobject', ({ involvedObject }: Event) => involvedObject?.fieldPath ?? ''),
  wideColumn('Source', source),
  column('Message', ({ message }: Event) => message?.trim() ?? ''),
  wideColumn('First Seen', firstSeen),
  wideColumn('Count', ({ series, count }: Event) => (series ? (series.count ?? 0) : count || 1)),
  wideColumn('Name', ({ metadata }) => metadata.name ?? '', { ...nameColumn.definition, priority: 1 }),
];

function firstSeen({ firstTimestamp, eventTime }: Event, now: Date): string {
  return ageOf(firstTimestamp ?? eventTime, now);
}

function lastSeen(event: Event, now: Date): string {
  if (event.series) return ageOf(event.series.lastObservedTime, now);
  return event.lastTimestamp ? ageOf(event.lastTimestamp, now) : firstSeen(event, now);
}

function involved({ involvedObject }: Event): string {
  const kind = involvedObject?.kind?.toLowerCase() ?? '';
  return involvedObject?.name ? `${kind}/${involvedObject.name}` : kind;
}

function source({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source?.component || reportingComponent || '';
  const instance = source?.host || reportingInstance;
  return instance ? `${component}, ${instance}` : component;
}
