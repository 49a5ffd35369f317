import type { Context } from '../../context.ts';
import type { Finding } from '../../core/finding.ts';
import type { BoundClaim, SnapshotPlan, WantedSnapshots } from '../provider.ts';
import { findVolumes, type CsiVolume } from './find-volumes.ts';
import { planGroup, type GroupPlan } from './plan-group.ts';
import { takeEach } from '../taking/take-each.ts';
import { single } from './kind.ts';
import { GroupMethod } from './take-group.ts';

/** Of volumes that cannot be snapshotted at all there is nothing more to say. */
export async function plan(
  claims: readonly BoundClaim[],
  { className, group: wantedGroup }: WantedSnapshots,
  context: Context,
): Promise<Finding<SnapshotPlan>> {
  const volumes = await findVolumes(claims, className, context);
  if ('problems' in volumes) return volumes;
  const [{ namespace }] = claims as readonly [BoundClaim];
  const group = wantedGroup && (await planGroup(namespace, volumes.found, wantedGroup, context));
  if (group && 'problems' in group) return group;
  return { found: planOf(volumes.found, group?.found) };
}

function planOf(volumes: readonly CsiVolume[], group: GroupPlan | undefined): SnapshotPlan {
  return {
    volumes: volumes.map(({ snapshotClass: { name, deletionPolicy }, ...volume }) => ({
      ...volume,
      className: name,
      deletionPolicy,
    })),
    ...(group && { groupClass: group.snapshotClass.name }),
    method: (requests, options) =>
      group ? new GroupMethod(group, requests, options) : takeEach(single, requests, options),
  };
}
