import type { KubeObject } from '../../../src/kube/object.ts';
import { isBuiltInGroup } from './built-in-groups.ts';

/** A path of field names; the entries of lists are left out of it. */
export type FieldPath = readonly string[];

/** How the entries of a list are told apart: by these fields, or by their value when there are none. */
export interface ListMerge {
  readonly keys: readonly string[];
  /** Its entries are replaced, not merged. */
  readonly isEntryAtomic?: boolean;
}

/** What the API server knows of a kind's lists and maps. */
export interface MergeSchema {
  /** `x-kubernetes-list-type` for server-side apply; undefined for lists that are replaced as a whole. */
  listOf(path: FieldPath): ListMerge | undefined;
  /** `patchMergeKey` for strategic merge patches. */
  strategicListOf(path: FieldPath): ListMerge | undefined;
  /** Whether the map is replaced as a whole: `x-kubernetes-map-type: atomic`. */
  isAtomic(path: FieldPath): boolean;
}

/** Custom resources have nothing but lists to be replaced, apart from those of every object's metadata. */
export function mergeSchemaOf({ apiVersion }: KubeObject): MergeSchema {
  const slash = apiVersion.indexOf('/');
  const group = slash === -1 ? '' : apiVersion.slice(0, slash);
  if (!isBuiltInGroup(group)) return customSchema;
  return group === 'batch' ? batchSchema : builtInSchema;
}

// Source: the markers `+listType`, `+listMapKey`, `patchMergeKey` and `+structType` in k8s.io/api v0.36.
// A list is named by its field and the field around it.

const byName: ListMerge = { keys: ['name'] };
const byValue: ListMerge = { keys: [] };

const metadataLists: Readonly<Record<string, ListMerge>> = {
  'metadata.finalizers': byValue,
  'metadata.ownerReferences': { keys: ['uid'], isEntryAtomic: true },
};

const containerLists: Readonly<Record<string, ListMerge>> = {
  env: byName,
  ports: { keys: ['containerPort', 'protocol'] },
  volumeDevices: { keys: ['devicePath'] },
  volumeMounts: { keys: ['mountPath'] },
};

const ofContainers = Object.fromEntries(
  ['containers', 'initContainers', 'ephemeralContainers'].flatMap((parent) =>
    Object.entries(containerLists).map(([field, list]) => [`${parent}.${field}`, list]),
  ),
);

/** Merged both by server-side apply and by strategic merge patches; the latter know only the first key. */
const mergedLists: Readonly<Record<string, ListMerge>> = {
  ...metadataLists,
  ...ofContainers,
  '.secrets': { keys: ['name'], isEntryAtomic: true },
  '.webhooks': byName,
  'spec.containers': byName,
  'spec.drivers': byName,
  'spec.ephemeralContainers': byName,
  'spec.hostAliases': { keys: ['ip'] },
  'spec.imagePullSecrets': { keys: ['name'], isEntryAtomic: true },
  'spec.initContainers': byName,
  'spec.matchConditions': byName,
  'spec.podCIDRs': byValue,
  'spec.ports': { keys: ['port', 'protocol'] },
  'spec.resourceClaims': byName,
  'spec.schedulingGates': byName,
  'spec.topologySpreadConstraints': { keys: ['topologyKey', 'whenUnsatisfiable'] },
  'spec.volumes': byName,
  'status.addresses': { keys: ['type'] },
  'status.conditions': { keys: ['type'] },
  'status.podIPs': { keys: ['ip'] },
  'webhooks.matchConditions': byName,
};

const appliedLists: Readonly<Record<string, ListMerge>> = {
  ...mergedLists,
  'endpoints.addresses': byValue,
  'exitCodes.values': byValue,
  'onExitCodes.values': byValue,
  'resources.claims': byName,
  'spec.volumeLifecycleModes': byValue,
};

const strategicLists: Readonly<Record<string, ListMerge>> = {
  ...Object.fromEntries(
    Object.entries(mergedLists).map(([name, { keys }]) => [name, { keys: keys.slice(0, 1) }]),
  ),
  'status.hostIPs': { keys: ['ip'] },
};

const atomicMaps = new Set(
  `claimRef configMapKeyRef dataSource fieldRef involvedObject labelSelector namespaceSelector nodeSelector
   objectSelector podSelector regarding related resourceFieldRef roleRef scaleTargetRef scopeSelector secretKeyRef
   secretRef selector targetRef`.split(/\s+/),
);
const nodeAffinities = new Set(['required', 'requiredDuringSchedulingIgnoredDuringExecution']);

const builtInSchema: MergeSchema = {
  listOf: (path) => find(appliedLists, path),
  strategicListOf: (path) => find(strategicLists, path),
  isAtomic: (path) =>
    atomicMaps.has(path.at(-1) ?? '') ||
    (path.at(-2) === 'nodeAffinity' && nodeAffinities.has(path.at(-1) ?? '')),
};

const batchSchema: MergeSchema = {
  ...builtInSchema,
  /** A Job's conditions, other than those of all other kinds, are one value. */
  listOf: (path) => (path.join('.') === 'status.conditions' ? undefined : builtInSchema.listOf(path)),
};

const customSchema: MergeSchema = {
  listOf: (path) => (path.length === 2 ? find(metadataLists, path) : undefined),
  strategicListOf: () => undefined,
  isAtomic: () => false,
};

function find(lists: Readonly<Record<string, ListMerge>>, path: FieldPath): ListMerge | undefined {
  return lists[`${path.at(-2) ?? ''}.${path.at(-1) ?? ''}`];
}
