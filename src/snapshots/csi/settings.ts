import { objectName } from '../../settings/kubernetes-formats.ts';
import { labelPairs } from '../../settings/label-pairs.ts';
import type { Values } from '../../settings/schema.ts';
import { optionalSetting } from '../../settings/setting.ts';
import type { WantedSnapshots } from '../provider.ts';

export const csiTable = {
  snapshotClass: optionalSetting(
    'BAK_VS_CLASS_NAME',
    objectName('a VolumeSnapshotClass'),
    "VolumeSnapshotClass of the snapshot (default: the cluster's default class for the driver)",
  ),
  groupSelector: optionalSetting(
    'BAK_VS_GROUP_SELECTOR',
    labelPairs,
    'Snapshot the PVCs with these labels, which are those of BAK_PVC_NAME, as one VolumeGroupSnapshot where the cluster supports it; otherwise in parallel',
  ),
  groupClass: optionalSetting(
    'BAK_VS_GROUP_CLASS_NAME',
    objectName('a VolumeGroupSnapshotClass'),
    "VolumeGroupSnapshotClass with BAK_VS_GROUP_SELECTOR (default: the cluster's default class for the driver)",
  ),
};

/** A class of groups asks for no group: that is what the labels do. */
export function checkGroup(values: Partial<Values<typeof csiTable>>): string[] {
  const hasNoSelector = 'groupSelector' in values && values.groupSelector === undefined;
  if (values.groupClass === undefined || !hasNoSelector) return [];
  return [
    'BAK_VS_GROUP_CLASS_NAME is set without BAK_VS_GROUP_SELECTOR (--vs-group-selector), which says of which PVCs a group snapshot is made; set both or none',
  ];
}

/** Who names no PVCs by their labels wants no group. */
export function buildWanted(values: Values<typeof csiTable>): WantedSnapshots {
  const { snapshotClass, groupSelector: selector, groupClass } = values;
  return { className: snapshotClass, group: selector && { selector, className: groupClass } };
}
