import type { ManagedSnapshot } from '../snapshots/managed.ts';
import type { Failure } from './in-parallel.ts';
import { planRetention, type RetentionDecision } from './plan.ts';
import type { Volume, VolumePolicy } from './policies.ts';

export interface VolumePlans {
  readonly decisions: readonly RetentionDecision[];
  /** Volumes whose policy cannot be had; nothing of theirs is in `decisions`. */
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
  const decisions: RetentionDecision[] = [];
  const refused: Failure[] = [];
  for (const key of [...volumes.keys()].toSorted()) {
    const own = volumes.get(key) ?? [];
    const [{ namespace, pvc } = { namespace: '', pvc: '' }] = own;
    const answer = policyOf({ namespace, pvc });
    if ('problem' in answer) refused.push({ namespace, name: `pvc/${pvc}`, error: answer.problem });
    else for (const one of planRetention(own, answer.policy, now, timeZone)) decisions.push(one);
  }
  return { decisions, refused, volumes: volumes.size };
}
