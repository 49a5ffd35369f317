import { isRecord } from '../kube/object.ts';
import type { Setting } from '../settings/setting.ts';
import { annotation } from '../snapshots/labels.ts';
import type { StoredSnapshot } from '../snapshots/stored.ts';
import type { Value } from './value.ts';

const shortened = /\u2026 \(\d+ characters\)$/;

/**
 * What a backup has recorded of these settings on its snapshot, as `recordable` has it: no secrets, and of a long text its
 * beginning. Whoever may write to a snapshot may write anything there.
 */
export function recordedSettings(
  { metadata }: Pick<StoredSnapshot, 'metadata'>,
  wanted: readonly Setting<unknown>[],
): ReadonlyMap<string, Value> {
  const recorded = parsed(metadata.annotations?.[annotation.envConfig]);
  const values = new Map<string, Value>();
  for (const { name, isSecret } of wanted) {
    const text = Object.hasOwn(recorded, name) ? recorded[name] : undefined;
    if (isSecret || typeof text !== 'string' || text === '') continue;
    const isWhole = !shortened.test(text.slice(-40)) && !text.includes('***');
    values.set(name, isWhole ? { text } : { lost: 'was not recorded as a whole; give it here' });
  }
  return values;
}

function parsed(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
