import type { KubeObject } from '../../../src/kube/object.ts';

/** One object as it is stored: its JSON, and beside it what selections look at. */
export interface Entry {
  /** `namespace/name`, or the name alone. */
  readonly key: string;
  readonly resourceVersion: number;
  readonly labels: Readonly<Record<string, string>> | undefined;
  /** Begins with apiVersion and kind, which take `headLength` characters together with the brace. */
  readonly json: string;
  readonly headLength: number;
}

export function keyOf(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** The object is not touched; its resourceVersion in the entry is the one given. */
export function entryOf(object: KubeObject, resourceVersion: number): Entry {
  const { apiVersion, kind, metadata, ...rest } = object;
  const { name = '', namespace, labels } = metadata;
  const body = JSON.stringify({
    metadata: { ...metadata, resourceVersion: String(resourceVersion) },
    ...rest,
  });
  const head = `{"apiVersion":${JSON.stringify(apiVersion)},"kind":${JSON.stringify(kind)},`;
  return {
    key: keyOf(namespace, name),
    resourceVersion,
    labels: labels && { ...labels },
    json: head + body.slice(1),
    headLength: head.length,
  };
}

/** A fresh copy, the caller's own. */
export function objectOf({ json }: Entry): KubeObject {
  return JSON.parse(json) as KubeObject;
}

/** As the items of a list of a built-in kind are: the list says what they are. */
export function withoutKind({ json, headLength }: Entry): string {
  return `{${json.slice(headLength)}`;
}
