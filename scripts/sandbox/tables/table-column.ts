import type { KubeObject } from '../../../src/kube/object.ts';
import { ageOf } from './human-duration.ts';

/** One column of what `kubectl get` prints. */
export interface Column {
  readonly definition: ColumnDefinition;
  cell(object: KubeObject, now: Date): unknown;
}

/** `metav1.TableColumnDefinition`. */
export interface ColumnDefinition {
  readonly name: string;
  readonly type: string;
  /** `name` marks the column that kubectl takes for the object's name. */
  readonly format: string;
  readonly description: string;
  /** kubectl leaves columns with a priority out unless asked for `-o wide`. */
  readonly priority: number;
}

/** A method, so that a cell may ask for more than a KubeObject: what the resource's objects are known to look like. */
type Cell = { of(object: KubeObject, now: Date): unknown }['of'];

export function column(name: string, cell: Cell, more: Partial<ColumnDefinition> = {}): Column {
  return { definition: { name, type: 'string', format: '', description: '', priority: 0, ...more }, cell };
}

/** A column for `-o wide`. */
export function wideColumn(name: string, cell: Cell, more: Partial<ColumnDefinition> = {}): Column {
  return column(name, cell, { priority: 1, ...more });
}

export const nameColumn = column('Name', ({ metadata }) => metadata.name ?? '', {
  format: 'name',
  description: 'Name must be unique within a namespace.',
});

export const ageColumn = column('Age', ({ metadata }, now) => ageOf(metadata.creationTimestamp, now), {
  description: 'Time since the object was created.',
});

type Containers = { of(object: KubeObject): readonly Container[] | undefined }['of'];

/** Names and images of a pod template's containers, for `-o wide`. */
export function containerColumns(containersOf: Containers): Column[] {
  const joined = (object: KubeObject, field: keyof Container) =>
    (containersOf(object) ?? []).map((container) => container[field] ?? '').join(',');
  return [
    wideColumn('Containers', (object) => joined(object, 'name'), {
      description: 'Names of each container in the template.',
    }),
    wideColumn('Images', (object) => joined(object, 'image'), {
      description: 'Images referenced by each container in the template.',
    }),
  ];
}

export interface Container {
  readonly name?: string;
  readonly image?: string;
}
