import { fullnessIn } from '../../snapshots/fullness.ts';
import type { ManagedSnapshot } from '../../snapshots/managed.ts';
import { volumesOf, type VolumeHistory } from '../../snapshots/volumes.ts';
import type { Failure } from '../../snapshots/bulk/in-parallel.ts';
import type { Claims } from './claims.ts';
import { KeptTogether } from './kept-together.ts';
import { planVolume, todayOf, type RetentionDecision } from './plan.ts';
import { mayBecomeReady } from './policy.ts';
import type { Volume, VolumePolicy } from './policies.ts';

export interface VolumePlans {
  /** The decisions that take a label away, always in the same order; what is only kept is too much to hold at once. */
  readonly changes: readonly RetentionDecision[];
  /** Volumes whose policy cannot be had; nothing of theirs is in `changes`. */
  readonly refused: readonly Failure[];
  readonly leftAlone: readonly LeftAlone[];
  readonly volumes: number;
}

/** Snapshots of a volume that nothing is decided on, and that a person should know of. */
export interface LeftAlone {
  readonly namespace: string;
  readonly pvc: string;
  readonly pvcUid?: string | undefined;
  readonly snapshots: number;
  readonly reason: string;
}

/**
 * Plans each volume by the policy that is its own. One whose PVC is gone is left as it is: that is when its history is worth
 * most, and its policy may have gone with the PVC.
 */
export function planVolumes(
  snapshots: readonly ManagedSnapshot[],
  policyOf: (volume: Volume) => VolumePolicy,
  claims: Claims,
  now: Date,
  timeZone: string,
): VolumePlans {
  const volumes = volumesOf(snapshots, claims.uidOf);
  const fullness = fullnessIn(snapshots);
  const together = new KeptTogether(fullness);
  const today = todayOf(now, timeZone);
  const planned: { decision: RetentionDecision; policy: string }[] = [];
  const refused: Failure[] = [];
  const leftAlone: LeftAlone[] = [];
  for (const volume of volumes) {
    const { namespace, pvc, snapshots: own } = volume;
    const answer = policyOf(volume);
    const isLost = !claims.has(volume);
    if (isLost) leftAlone.push(lost(volume));
    else leftAlone.push(...unready(volume, now));
    if (isLost) continue;
    if ('problem' in answer) {
      refused.push({ namespace, name: `pvc/${pvc}`, error: answer.problem });
      continue;
    }
    const policy = Object.values(answer.policy).join(' ');
    const decisions = planVolume(own, answer.policy, today, fullness);
    together.note(decisions, policy);
    planned.push(...decisions.filter(takesAny).map((decision) => ({ decision, policy })));
  }
  const changes = planned.map(({ decision, policy }) => together.with(decision, policy)).filter(takesAny);
  return { changes, refused, leftAlone, volumes: volumes.length };
}

function takesAny({ tiers }: RetentionDecision): boolean {
  return tiers.some(({ keep }) => !keep);
}

function lost({ namespace, pvc, pvcUid, snapshots }: VolumeHistory): LeftAlone {
  const reason =
    'its PVC is gone, or was made anew, so its backups are left as they are; those that nobody needs go with: backup-ns delete';
  return { namespace, pvc, pvcUid, snapshots: snapshots.length, reason };
}

function unready({ namespace, pvc, pvcUid, snapshots }: VolumeHistory, now: Date): LeftAlone[] {
  const count = snapshots.filter((one) => one.wasReady && !mayBecomeReady(one, now)).length;
  if (count === 0) return [];
  const reason =
    'not ready now, so nothing is decided on them; see why with: kubectl describe volumesnapshot, and mark as failed or delete what is not a backup';
  return [{ namespace, pvc, pvcUid, snapshots: count, reason }];
}
