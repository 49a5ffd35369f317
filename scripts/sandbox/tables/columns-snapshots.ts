import { customAgeColumn, customColumn } from './columns-custom.ts';
import { type Column, nameColumn } from './table-column.ts';

// The `additionalPrinterColumns` of the CustomResourceDefinitions of external-snapshotter v8.

const readyColumn = customColumn(
  'ReadyToUse',
  'boolean',
  '.status.readyToUse',
  'Indicates if the snapshot is ready to be used to restore a volume.',
);

export const volumeSnapshotColumns: readonly Column[] = [
  nameColumn,
  readyColumn,
  customColumn('SourcePVC', 'string', '.spec.source.persistentVolumeClaimName'),
  customColumn('SourceSnapshotContent', 'string', '.spec.source.volumeSnapshotContentName'),
  customColumn('RestoreSize', 'string', '.status.restoreSize'),
  customColumn('SnapshotClass', 'string', '.spec.volumeSnapshotClassName'),
  customColumn('SnapshotContent', 'string', '.status.boundVolumeSnapshotContentName'),
  customColumn('CreationTime', 'date', '.status.creationTime'),
  customAgeColumn,
];

export const volumeSnapshotContentColumns: readonly Column[] = [
  nameColumn,
  readyColumn,
  customColumn('RestoreSize', 'integer', '.status.restoreSize'),
  customColumn('DeletionPolicy', 'string', '.spec.deletionPolicy'),
  customColumn('Driver', 'string', '.spec.driver'),
  customColumn('VolumeSnapshotClass', 'string', '.spec.volumeSnapshotClassName'),
  customColumn('VolumeSnapshot', 'string', '.spec.volumeSnapshotRef.name'),
  customColumn('VolumeSnapshotNamespace', 'string', '.spec.volumeSnapshotRef.namespace'),
  customAgeColumn,
];

export const volumeSnapshotClassColumns: readonly Column[] = [
  nameColumn,
  customColumn('Driver', 'string', '.driver'),
  customColumn('DeletionPolicy', 'string', '.deletionPolicy'),
  customAgeColumn,
];
