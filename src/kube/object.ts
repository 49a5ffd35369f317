export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface ObjectMeta {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  /** RFC 3339, whole seconds. */
  creationTimestamp?: string;
  /** Set while the object waits for its finalizers. */
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  [field: string]: unknown;
}

/** An object as the API server wrote it: raw JSON, so that fields unknown to this program survive a round trip. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** Whether it is on its way out: it only waits for its finalizers, and nothing brings it back. */
export function isDeleting({ metadata }: Pick<KubeObject, 'metadata'>): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** What the API server answers instead of an object, most often for a failure. */
export interface Status {
  kind: 'Status';
  status?: string;
  message?: string;
  /** Machine-readable, such as `NotFound`, `AlreadyExists`, `Conflict`, `Expired`. */
  reason?: string;
  code?: number;
  details?: StatusDetails;
}

export interface StatusDetails {
  name?: string;
  kind?: string;
  uid?: string;
  retryAfterSeconds?: number;
  causes?: { reason?: string; message?: string; field?: string }[];
  [field: string]: unknown;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of a list that anybody may have written, what are objects; at most so many entries are looked at. */
export function recordsIn(list: unknown, most = Infinity): readonly Record<string, unknown>[] {
  return Array.isArray(list) ? list.slice(0, most).filter(isRecord) : [];
}

export function isStatus(value: unknown): value is Status {
  return isRecord(value) && value.kind === 'Status';
}

export function isKubeObject(value: unknown): value is KubeObject {
  return isRecord(value) && typeof value.kind === 'string' && isRecord(value.metadata);
}

/** In milliseconds since 1970; NaN, which is before and after nothing, for what is not a date. */
export function madeAtOf({ metadata }: Pick<KubeObject, 'metadata'>): number {
  return Date.parse(metadata.creationTimestamp ?? '');
}
