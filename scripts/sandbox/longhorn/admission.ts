import type { KubeObject } from '../../../src/kube/object.ts';
import type { Admission } from '../objects/admission.ts';
import { ApiError } from '../objects/api-error.ts';
import { placeOf } from '../objects/definition.ts';
import { at } from '../objects/rules/rule.ts';
import { backups, longhornLabel, longhornNamespace, settings, snapshots, volumes } from './kinds.ts';
import type { Longhorn } from './longhorn.ts';
import type { LonghornBackup, LonghornSnapshot, LonghornVolume } from './shapes.ts';

/**
 * What the webhook of Longhorn refuses, as it is worded by the API server: webhook/resources/{snapshot,backup}/validator.go
 * of longhorn-manager. Assumed: the exact words behind the colon.
 */
export function admission(longhorn: Longhorn): Admission {
  return (definition, object, previous) => {
    const reason =
      placeOf(definition) === placeOf(snapshots)
        ? problemOfSnapshot(longhorn, object as LonghornSnapshot, previous)
        : placeOf(definition) === placeOf(backups) && !previous
          ? problemOfBackup(longhorn, object as LonghornBackup)
          : undefined;
    if (reason === undefined) return;
    const message = `admission webhook "validator.longhorn.io" denied the request: ${reason}`;
    throw new ApiError(422, 'Invalid', message, {});
  };
}

function problemOfSnapshot(
  longhorn: Longhorn,
  { spec, metadata }: LonghornSnapshot,
  previous: KubeObject | undefined,
): string | undefined {
  if (previous) return at(previous, 'spec.volume') === spec.volume ? undefined : 'spec.volume is immutable';
  if (!spec.volume) return 'spec.volume is required';
  const odd = Object.entries(spec.labels ?? {}).find((entry) => entry.some((text) => text.includes('=')));
  if (odd) return `the label ${odd[0]} contains invalid character "="`;
  const { objects } = longhorn.cluster;
  const volume = objects.find(volumes, longhornNamespace, spec.volume) as LonghornVolume | undefined;
  if (!volume) return `failed to get volume ${spec.volume}`;
  if (spec.createSnapshot !== true) return undefined;
  const most = volume.spec.snapshotMaxCount || Number(settingOf(longhorn, 'snapshot-max-count'));
  const taken = longhorn
    .engineOf(spec.volume)
    .all()
    .filter(({ name }) => name !== metadata.name).length;
  return taken < most
    ? undefined
    : `the volume ${spec.volume} has reached the maximum number of snapshots ${most}`;
}

function problemOfBackup(longhorn: Longhorn, { metadata, spec }: LonghornBackup): string | undefined {
  if (!metadata.labels?.[longhornLabel.backupVolume]) return 'backup volume label is required';
  // What a sync of the target makes has no snapshot, and is not asked for.
  if (!spec.snapshotName) return undefined;
  return longhorn.isTargetReachable ? undefined : 'backup target default is not available';
}

export function settingOf({ cluster }: Longhorn, name: string): string {
  const found = cluster.objects.find(settings, longhornNamespace, name);
  const { value } = (found ?? {}) as { value?: unknown };
  return typeof value === 'string' ? value : '';
}
