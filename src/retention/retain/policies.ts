import { policyChange } from '../../snapshots/tier-formats.ts';
import { quoted } from '../../core/quoted.ts';
import { annotation } from '../../snapshots/labels.ts';
import { tiers, type RetentionPolicy } from '../../snapshots/tiers.ts';
import type { Override } from './overrides.ts';

export interface Volume {
  readonly namespace: string;
  readonly pvc: string;
  readonly pvcUid?: string | undefined;
}

/** The policy of a volume, or why it cannot be had: what nobody has understood must not cost a backup. */
export type VolumePolicy = { readonly policy: RetentionPolicy } | { readonly problem: string };

/** What a volume's own annotation says goes before its namespace's, and that before the settings; tier by tier. */
export function policiesOf(
  settings: RetentionPolicy,
  overrides: readonly Override[],
): (volume: Volume) => VolumePolicy {
  const known = new Map(overrides.map((override) => [keyOf(override.namespace, override.pvc), override]));
  const ofNamespace = remembered((namespace: string) =>
    changed({ policy: settings }, known.get(keyOf(namespace))),
  );
  return ({ namespace, pvc }) => changed(ofNamespace(namespace), known.get(keyOf(namespace, pvc)));
}

function keyOf(namespace: string, pvc = ''): string {
  return `${namespace}/${pvc}`;
}

function remembered<Value>(compute: (key: string) => Value): (key: string) => Value {
  const values = new Map<string, Value>();
  return (key) => {
    const value = values.get(key) ?? compute(key);
    values.set(key, value);
    return value;
  };
}

function changed(before: VolumePolicy, override: Override | undefined): VolumePolicy {
  if ('problem' in before || override === undefined) return before;
  const parsed = policyChange.parse(override.text);
  if ('expected' in parsed) return { problem: `${words(override)}; it must be ${parsed.expected}` };
  const policy = { ...before.policy, ...parsed.value };
  if (tiers.some((tier) => policy[tier] > 0)) return { policy };
  return { problem: `${words(override)}, by which nothing would be kept; set one of the tiers to 1 or more` };
}

function words({ namespace, pvc, text }: Override): string {
  const where = pvc === undefined ? `namespace '${namespace}'` : `PVC '${pvc}' in namespace '${namespace}'`;
  return `The annotation ${annotation.retainPolicy} of ${where} is ${quoted(text)}`;
}
