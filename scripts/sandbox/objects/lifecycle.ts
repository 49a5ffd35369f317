import { isDeepStrictEqual } from 'node:util';
import { isRecord, type KubeObject, type ObjectMeta } from '../../../src/kube/object.ts';
import type { Cause } from './api-error.ts';
import type { Definition } from './definition.ts';
import { rulesOf } from './rules/rules-of.ts';
import { at, invalidValue } from './rules/rule.ts';

/** What a client may say of a new object; the rest is the server's to fill in. */
export function blankMetadata(metadata: ObjectMeta): ObjectMeta {
  const { generateName, labels, annotations, finalizers, ownerReferences } = metadata;
  const kept = { generateName, labels, annotations, finalizers, ownerReferences };
  return Object.fromEntries(
    Object.entries(kept).filter(([, value]) => value !== undefined && value !== null),
  );
}

/** `wanted`, with everything as it was that this kind of write cannot change. */
export function keepWhatIsNotTheirs(
  definition: Definition,
  current: KubeObject,
  wanted: KubeObject,
  subresource: string | undefined,
): KubeObject {
  const { apiVersion, kind } = current;
  const { metadata, status: _, ...body } = wanted;
  const { status: __, ...currentBody } = current;
  if (subresource === 'status') return withStatus({ ...currentBody, apiVersion, kind }, wanted.status);
  const next = { ...body, apiVersion, kind, metadata: { ...current.metadata, ...theirs(metadata) } };
  for (const field of ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const) {
    if (isEmpty(next.metadata[field])) delete next.metadata[field];
  }
  return withStatus(next, definition.hasStatus ? current.status : wanted.status);
}

/** As it would arrive as JSON: a field that is undefined is none. */
function withStatus(object: KubeObject, status: unknown): KubeObject {
  return JSON.parse(JSON.stringify({ ...object, status })) as KubeObject;
}

function theirs({ labels, annotations, finalizers, ownerReferences }: ObjectMeta): ObjectMeta {
  return { labels, annotations, finalizers, ownerReferences } as ObjectMeta;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || Object.keys(value).length === 0;
}

/** Nothing holds it any more. */
export function isFinished({ group, plural }: Definition, { metadata, spec }: KubeObject): boolean {
  if (metadata.deletionTimestamp === undefined || (metadata.finalizers ?? []).length > 0) return false;
  if (group !== '') return true;
  if (plural === 'pods') return metadata['deletionGracePeriodSeconds'] === 0;
  return plural !== 'namespaces' || !isRecord(spec) || isEmpty(spec.finalizers);
}

/** An object stays itself, and is not deleted by writing that it is. */
export function identityProblems(current: KubeObject, { metadata }: KubeObject): Cause[] {
  return (['uid', 'deletionTimestamp'] as const)
    .filter((field) => metadata[field] && metadata[field] !== current.metadata[field])
    .map((field) => invalidValue(`metadata.${field}`, metadata[field], 'field is immutable'));
}

export function newFinalizers(current: KubeObject, next: KubeObject): string[] {
  const known = new Set(current.metadata.finalizers);
  return (next.metadata.finalizers ?? []).filter((finalizer) => !known.has(finalizer));
}

const withoutGeneration = new Set([
  'persistentvolumeclaims',
  'persistentvolumes',
  'namespaces',
  'services',
  'nodes',
]);

/** Whether this kind counts generations, and this change is one. */
export function bearsGeneration(
  { group, plural, isCustom }: Definition,
  current: KubeObject | undefined,
  next: KubeObject,
): boolean {
  const counts = isCustom || (next.spec !== undefined && !(group === '' && withoutGeneration.has(plural)));
  if (!counts || !current) return counts;
  // To be bound to a node is not a change that anybody asked for.
  const isBinding =
    group === '' && plural === 'pods' && at(current, 'spec.nodeName') !== at(next, 'spec.nodeName');
  return !isBinding && !isDeepStrictEqual(bodyOf(current), bodyOf(next));
}

function bodyOf(object: KubeObject): Record<string, unknown> {
  return { ...object, metadata: undefined, status: undefined };
}

/** A kind that knows all its fields drops the others. */
export function knownFields(definition: Definition, object: KubeObject): KubeObject {
  const { fields } = rulesOf(definition);
  if (!fields) return object;
  const { apiVersion, kind, metadata } = object;
  const own = fields.filter((field) => object[field] !== undefined);
  return { apiVersion, kind, metadata, ...Object.fromEntries(own.map((field) => [field, object[field]])) };
}

/** In seconds; `wanted` by whoever deletes. Only pods on a node end in their own time. */
export function gracePeriod(
  { group, plural }: Definition,
  { spec }: KubeObject,
  wanted: number | undefined,
): number {
  if (group !== '' || plural !== 'pods') return 0;
  const { nodeName, terminationGracePeriodSeconds } = spec as Record<string, number | undefined>;
  return nodeName === undefined ? 0 : (wanted ?? terminationGracePeriodSeconds ?? 30);
}

/** With the one that makes an object wait for its dependents, if that is what is wanted. */
export function finalizersFor(
  finalizers: readonly string[],
  propagationPolicy: string | undefined,
): string[] {
  const waiting = { Foreground: ['foregroundDeletion'], Orphan: ['orphan'] }[propagationPolicy ?? ''] ?? [];
  return [...new Set([...finalizers, ...waiting])];
}

/** As Kubernetes writes it: RFC 3339, whole seconds. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
