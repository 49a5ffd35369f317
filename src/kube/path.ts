import { quoted } from '../core/quoted.ts';
import { errorFromName } from './error.ts';
import { isApiVersion, isDnsLabel, isDnsSubdomain, isPlural } from './names.ts';
import type { ObjectKey, Resource } from './resources.ts';

/**
 * The path of a collection; of all namespaces when `namespace` is left out of a namespaced resource. Paths are made here
 * and nowhere else: a part may come from what a tenant has written, and one that is not a name would lead elsewhere
 * (`..`, a backslash, `?`; an empty name is the whole collection). Throws KubeError 'InvalidName', and nothing is asked.
 */
export function collectionPath({ group, version, plural }: Resource, namespace?: string): string {
  const root = group === '' ? ['api'] : ['apis', part(group, 'API group', isDnsSubdomain)];
  const scope = namespace === undefined ? [] : ['namespaces', part(namespace, 'namespace', isDnsLabel)];
  const kind = [part(version, 'API version', isApiVersion), ...scope, part(plural, 'resource', isPlural)];
  return `/${[...root, ...kind].join('/')}`;
}

/** See `collectionPath`. */
export function objectPath(resource: Resource, { namespace, name }: ObjectKey, subresource?: string): string {
  const path = `${collectionPath(resource, namespace)}/${part(name, resource.kind, isDnsSubdomain)}`;
  return subresource === undefined ? path : `${path}/${part(subresource, 'subresource', isPlural)}`;
}

function part(text: string, what: string, isName: (text: string) => boolean): string {
  if (typeof text === 'string' && isName(text)) return encodeURIComponent(text);
  throw errorFromName(`${quoted(text)} cannot be the name of a ${what}, so nothing was asked of it`);
}
