import { tiers, type Tier } from './tiers.ts';
import type { Buckets } from './buckets.ts';
import { backupOf, compareFullness, fullnessIn, type Fullness } from './fullness.ts';
import type { ManagedSnapshot } from './managed.ts';

/**
 * The tiers in which another backup stands already for the bucket of a new one, whose volumes these are the snapshots of.
 * It has to be one backup of all these volumes, and no lesser one: what lacks a dump or a volume never keeps a fuller backup
 * from its place. One that is not ready, or has a date after which it goes, never counts.
 */
export function takenTiers(
  volumes: readonly (readonly ManagedSnapshot[])[],
  backup: Fullness,
  buckets: Buckets,
): Set<Tier> {
  const fullness = fullnessIn(volumes.flat());
  const standing = volumes.map((snapshots) =>
    snapshots.filter(
      (one) => one.isReady && one.deleteAfter === undefined && compareFullness(fullness(one), backup) >= 0,
    ),
  );
  return new Set(tiers.filter((tier) => isTaken(standing, tier, buckets[tier])));
}

function isTaken(standing: readonly (readonly ManagedSnapshot[])[], tier: Tier, bucket: string): boolean {
  const [first = new Set<string>(), ...others] = standing.map(
    (snapshots) => new Set(snapshots.filter((one) => one.tiers.get(tier) === bucket).map(backupOf)),
  );
  return [...first].some((key) => others.every((keys) => keys.has(key)));
}
