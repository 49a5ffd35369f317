import type { KubeObject } from '../../../src/kube/object.ts';
import { conflictingFields } from './apply-conflicts.ts';
import { applied } from './apply-merge.ts';
import { appliedFields, ownedFields } from './apply-ownership.ts';
import { pruned } from './apply-prune.ts';
import { mergeSchemaOf } from './merge-keys.ts';

export interface Conflict {
  readonly manager: string;
  /** Such as `.spec.template.spec.containers[name="web"].image`. */
  readonly field: string;
}

/**
 * Server-side apply: `next` over `current`, without what the same manager applied last (`previous`) and applies no
 * more, unless one of `others` still does. What has been changed since is no longer that manager's, and stays.
 */
export function applyConfiguration(
  current: KubeObject,
  previous: KubeObject | undefined,
  next: KubeObject,
  others: Iterable<KubeObject> = [],
): KubeObject {
  const schema = mergeSchemaOf(next);
  // A `creationTimestamp: null`, as kubectl writes it, does not take the time away.
  const { creationTimestamp: _time, ...metadata } = next.metadata;
  const merged = applied(schema, [], current, { ...next, metadata }) as KubeObject;
  if (!previous) return merged;
  const keeps = [appliedFields(next), ...[...others].map((other) => ownedFields(schema, other, current))];
  return pruned(schema, [], merged, ownedFields(schema, previous, current), keeps) as KubeObject;
}

/** What the API server answers 409 to, unless forced: fields of other managers that `next` would change. */
export function conflictsOf(
  others: ReadonlyMap<string, KubeObject>,
  current: KubeObject,
  next: KubeObject,
): Conflict[] {
  const schema = mergeSchemaOf(next);
  return [...others].flatMap(([manager, object]) =>
    conflictingFields(schema, ownedFields(schema, object, current), appliedFields(next)).map((field) => ({
      manager,
      field,
    })),
  );
}

/** The message of that 409; the managers in it are sorted. */
export function conflictMessage(conflicts: readonly Conflict[]): string {
  const [only] = conflicts;
  if (only && conflicts.length === 1)
    return `Apply failed with 1 conflict: conflict with ${JSON.stringify(only.manager)}: ${only.field}`;
  const managers = [...new Set(conflicts.map(({ manager }) => manager))].sort();
  const lines = managers.flatMap((name) => [
    `conflicts with ${JSON.stringify(name)}:`,
    ...conflicts.filter(({ manager }) => manager === name).map(({ field }) => `- ${field}`),
  ]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}
