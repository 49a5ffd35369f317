/** The CSI driver whose volumes are folders. */
export const driver = 'folders.sandbox.backup-ns.sh';

/** The StorageClass and the VolumeSnapshotClass that every sandbox has, both the default. */
export const className = 'folders';
