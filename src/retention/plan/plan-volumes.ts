import type { ManagedSnapshot } from '../../snapshots/managed.ts';
import type { Failure } from '../in-parallel.ts';
import { planRetention, type RetentionDecision } from './plan.ts';
import type { Volume, VolumePolicy } from './policies.ts';

export interface VolumePlans {
  /** The decisions that take a label away, always in the same order; what is only kept is too much to hold at once. */
  readonly changes: readonly RetentionDecision[];
  /** Volumes whose policy cannot be had; nothing of theirs is in `changes`. */
  readonly refused: readonly Failure[];
  readonly volumes: number;
}

/** Plans each volume by the policy that is its own. */
export function planVolumes(
  snapshots: readonly ManagedSnapshot[],
  policyOf: (volume: Volume) => VolumePolicy,
  now: Date,
  timeZone: string,
): VolumePlans {
  const volumes = Map.groupBy(snapshots, ({ namespace, pvc }) => `${namespace}/${pvc}`);
  const changes: RetentionDecision[] = [];
  const refused: Failure[] = [];
  for (const key of [...volumes.keys()].toSorted()) {
    const own = volumes.get(key) ?? [];
    const [{ namespace, pvc } = { namespace: '', pvc: '' }] = own;
    const answer = policyOf({ namespace, pvc });
    if ('problem' in answer) {
      refused.push({ namespace, name: `pvc/${pvc}`, error: answer.problem });
      continue;
    }
    for (const decision of planRetention(own, answer.policy, now, timeZone)) {
      if (decision.tiers.some(({ keep }) => !keep)) changes.push(decision);
    }
  }
  return { changes, refused, volumes: volumes.size };
}
