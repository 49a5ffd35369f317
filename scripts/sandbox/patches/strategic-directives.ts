import { isRecord } from '../../../src/kube/object.ts';

/**
 * What a patch means where there is nothing to patch. Undefined for what is marked with `$patch`: even `replace` leaves
 * nothing, as upstream.
 */
export function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map((entry) => withoutDirectives(entry)).filter((entry) => entry !== undefined);
  if (!isRecord(value)) return value;
  if (value.$patch !== undefined) return undefined;
  const fields = Object.entries(value)
    .filter(([key, field]) => !key.startsWith('$') && field !== null)
    .map(([key, field]): [string, unknown] => [key, withoutDirectives(field)]);
  return Object.fromEntries(fields.filter(([, field]) => field !== undefined));
}
