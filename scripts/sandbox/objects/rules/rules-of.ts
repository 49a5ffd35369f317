import { placeOf, type Definition } from '../definition.ts';
import { coreRules } from './core.ts';
import type { Rules } from './rule.ts';
import { snapshotRules } from './snapshots.ts';
import { workloadRules } from './workloads.ts';

const rules: Readonly<Record<string, Rules>> = { ...coreRules, ...workloadRules, ...snapshotRules };

export function rulesOf(definition: Definition): Rules {
  return rules[placeOf(definition)] ?? {};
}
