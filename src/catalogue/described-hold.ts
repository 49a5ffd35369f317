import { isRecord, type ObjectMeta } from '../kube/object.ts';
import { label } from '../snapshots/labels.ts';

/** Which program set the label that holds a snapshot, and when, as the API server remembers it. */
export interface Holder {
  readonly program: string;
  /** RFC 3339. */
  readonly since?: string | undefined;
}

/** Undefined where the API server does not say. */
export function holderOf({ managedFields }: ObjectMeta): Holder | undefined {
  if (!Array.isArray(managedFields)) return undefined;
  for (const entry of managedFields) {
    if (!isRecord(entry) || !ownsHold(entry['fieldsV1'])) continue;
    const { manager, time } = entry;
    if (typeof manager !== 'string' || manager === '') continue;
    return { program: manager, ...(typeof time === 'string' && { since: time }) };
  }
  return undefined;
}

function ownsHold(fields: unknown): boolean {
  let at = fields;
  for (const key of ['f:metadata', 'f:labels', `f:${label.hold}`]) {
    if (!isRecord(at) || !Object.hasOwn(at, key)) return false;
    at = at[key];
  }
  return true;
}
