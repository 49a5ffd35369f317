import { isRecord } from '../../../src/kube/object.ts';
import { fieldOf, setField } from '../value-at.ts';

/** JSON Merge Patch, RFC 7386: `null` removes a field, objects are merged, everything else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const result = isRecord(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else setField(result, key, mergePatch(fieldOf(result, key), value));
  }
  return result;
}
