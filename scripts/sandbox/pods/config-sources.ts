import { isRecord } from '../../../src/kube/object.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import type { KeyReference, Reference } from './pod-spec.ts';

/** Finds objects of the pod's namespace. */
export interface Lookup {
  configMap(name: string): KubeObject | undefined;
  secret(name: string): KubeObject | undefined;
}

export type SourceKind = 'ConfigMap' | 'Secret';

/** All that a ConfigMap or Secret holds, decoded; undefined when it is missing and may be. Throws as the kubelet. */
export function dataOf(
  kind: SourceKind,
  { name, optional }: Reference,
  lookup: Lookup,
): Map<string, string> | undefined {
  const object = kind === 'Secret' ? lookup.secret(name) : lookup.configMap(name);
  if (object === undefined) {
    if (optional) return undefined;
    throw new Error(`${kind.toLowerCase()} "${name}" not found`);
  }
  const entries = Object.entries(isRecord(object.data) ? object.data : {});
  const decoded = (value: string): string =>
    kind === 'Secret' ? Buffer.from(value, 'base64').toString('utf8') : value;
  return new Map(entries.map(([key, value]) => [key, decoded(String(value))]));
}

/** One value, as `dataOf`. */
export function valueOf(
  kind: SourceKind,
  reference: KeyReference,
  lookup: Lookup,
  namespace: string,
): string | undefined {
  const data = dataOf(kind, reference, lookup);
  const value = data?.get(reference.key);
  if (value === undefined && !reference.optional) {
    throw new Error(`couldn't find key ${reference.key} in ${kind} ${namespace}/${reference.name}`);
  }
  return value;
}
