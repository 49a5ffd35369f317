import { snapshotRefOf, type OwnerName } from './content.ts';
import type { KubeObject } from '../../kube/object.ts';
import { volumeSnapshotContents, volumeSnapshots, type Resource } from '../../kube/resources.ts';
import type { GroupApi } from './group-api.ts';

/** What stands for snapshots in the storage: the content of one, or of a group. */
export interface AnyContent extends KubeObject {
  spec?: {
    driver?: string;
    /** `Delete` or `Retain`: whether the data goes with it. */
    deletionPolicy?: string;
    source?: { snapshotHandle?: string; groupSnapshotHandles?: GroupHandles };
    volumeSnapshotRef?: OwnerName;
    volumeGroupSnapshotRef?: OwnerName;
  };
  status?: {
    snapshotHandle?: string;
    volumeGroupSnapshotHandle?: string;
    volumeSnapshotInfoList?: readonly { readonly snapshotHandle?: string }[];
  };
}

interface GroupHandles {
  volumeGroupSnapshotHandle?: string;
  volumeSnapshotHandles?: readonly string[];
}

/** One of the two kinds of contents, and the names that the CSI controllers have for its parts. */
export interface ContentKind {
  readonly contents: Resource;
  readonly owners: Resource;
  readonly ownerOf: (content: AnyContent) => OwnerName;
  /** Whether the driver has told by what it knows the data. */
  readonly hasData: (content: AnyContent) => boolean;
  /** The annotation without which the driver's sidecar lets none go that was ever bound. */
  readonly beingDeleted: string;
  /** The finalizer without which one is gone before the sidecar has looked at it. */
  readonly protection: string;
}

const prefix = 'snapshot.storage.kubernetes.io/';
const groupPrefix = 'groupsnapshot.storage.kubernetes.io/';

export const singleContents: ContentKind = {
  contents: volumeSnapshotContents,
  owners: volumeSnapshots,
  ownerOf: snapshotRefOf,
  hasData: ({ spec, status }) => (status?.snapshotHandle ?? spec?.source?.snapshotHandle) !== undefined,
  beingDeleted: `${prefix}volumesnapshot-being-deleted`,
  protection: `${prefix}volumesnapshotcontent-bound-protection`,
};

export function groupContents(api: GroupApi): ContentKind {
  return {
    contents: api.contents,
    owners: api.snapshots,
    ownerOf: ({ spec }) => spec?.volumeGroupSnapshotRef ?? {},
    hasData: ({ status }) => status?.volumeGroupSnapshotHandle !== undefined,
    beingDeleted: `${groupPrefix}volumegroupsnapshot-being-deleted`,
    protection: `${groupPrefix}volumegroupsnapshotcontent-bound-protection`,
  };
}
