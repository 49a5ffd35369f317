import type { KubeObject } from '../../../src/kube/object.ts';
import { ageColumn, type Column, column, nameColumn, wideColumn } from './table-column.ts';

interface Volume extends KubeObject {
  readonly spec?: {
    readonly accessModes?: readonly string[];
    readonly capacity?: { readonly storage?: string };
    readonly persistentVolumeReclaimPolicy?: string;
    readonly claimRef?: { readonly namespace?: string; readonly name?: string };
    readonly storageClassName?: string;
    readonly volumeAttributesClassName?: string;
    readonly volumeMode?: string;
  };
  readonly status?: { readonly phase?: string; readonly reason?: string };
}

interface Claim extends KubeObject {
  readonly spec?: {
    readonly volumeName?: string;
    readonly storageClassName?: string;
    readonly volumeAttributesClassName?: string;
    readonly volumeMode?: string;
  };
  readonly status?: {
    readonly phase?: string;
    readonly accessModes?: readonly string[];
    readonly capacity?: { readonly storage?: string };
  };
}

const statusColumn = column('Status', ({ metadata, status }: Volume | Claim) =>
  metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
);
const attributesClassColumn = column(
  'VolumeAttributesClass',
  ({ spec }: Volume | Claim) => spec?.volumeAttributesClassName ?? '<unset>',
);
const storageClassColumn = column(
  'StorageClass',
  ({ metadata, spec }: Volume | Claim) =>
    metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec?.storageClassName ?? '',
);
const volumeModeColumn = wideColumn(
  'VolumeMode',
  ({ spec }: Volume | Claim) => spec?.volumeMode ?? '<unset>',
);

export const persistentVolumeColumns: readonly Column[] = [
  nameColumn,
  column('Capacity', ({ spec }: Volume) => spec?.capacity?.storage ?? '0'),
  column('Access Modes', ({ spec }: Volume) => shortModes(spec?.accessModes)),
  column('Reclaim Policy', ({ spec }: Volume) => spec?.persistentVolumeReclaimPolicy ?? ''),
  statusColumn,
  column('Claim', ({ spec }: Volume) =>
    spec?.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : '',
  ),
  storageClassColumn,
  attributesClassColumn,
  column('Reason', ({ status }: Volume) => status?.reason ?? ''),
  ageColumn,
  volumeModeColumn,
];

export const persistentVolumeClaimColumns: readonly Column[] = [
  nameColumn,
  statusColumn,
  column('Volume', ({ spec }: Claim) => spec?.volumeName ?? ''),
  // What an unbound claim has is not yet known.
  column('Capacity', ({ spec, status }: Claim) =>
    spec?.volumeName ? (status?.capacity?.storage ?? '0') : '',
  ),
  column('Access Modes', ({ spec, status }: Claim) =>
    spec?.volumeName ? shortModes(status?.accessModes) : '',
  ),
  storageClassColumn,
  attributesClassColumn,
  ageColumn,
  volumeModeColumn,
];

const modeNames = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

function shortModes(modes: readonly string[] = []): string {
  return Object.entries(modeNames)
    .filter(([mode]) => modes.includes(mode))
    .map(([, short]) => short)
    .join(',');
}

interface StorageClass extends KubeObject {
  readonly provisioner?: string;
  readonly reclaimPolicy?: string;
  readonly volumeBindingMode?: string;
  readonly allowVolumeExpansion?: boolean;
}

export const storageClassColumns: readonly Column[] = [
  column(
    'Name',
    ({ metadata }) => `${metadata.name ?? ''}${isDefault(metadata.annotations) ? ' (default)' : ''}`,
    {
      ...nameColumn.definition,
    },
  ),
  column('Provisioner', ({ provisioner }: StorageClass) => provisioner ?? ''),
  column('ReclaimPolicy', ({ reclaimPolicy }: StorageClass) => reclaimPolicy ?? 'Delete'),
  column('VolumeBindingMode', ({ volumeBindingMode }: StorageClass) => volumeBindingMode ?? 'Immediate'),
  column('AllowVolumeExpansion', ({ allowVolumeExpansion }: StorageClass) => allowVolumeExpansion ?? false),
  ageColumn,
];

function isDefault(annotations: Readonly<Record<string, string>> = {}): boolean {
  return (
    annotations['storageclass.kubernetes.io/is-default-class'] === 'true' ||
    annotations['storageclass.beta.kubernetes.io/is-default-class'] === 'true'
  );
}
