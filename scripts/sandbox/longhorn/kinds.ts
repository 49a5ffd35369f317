import { servedByDefault, type Definition } from '../objects/definition.ts';

/** Where Longhorn keeps all of its objects. */
export const longhornNamespace = 'longhorn-system';
export const longhornDriver = 'driver.longhorn.io';
/** The StorageClass that Longhorn's chart makes. */
export const longhornClass = 'longhorn';
export const longhornFinalizer = 'longhorn.io';

function kind(name: string): Definition {
  const definition = servedByDefault.find((served) => served.group === 'longhorn.io' && served.kind === name);
  if (!definition) throw new Error(`the sandbox does not serve ${name} of longhorn.io`);
  return definition;
}

export const backups = kind('Backup');
export const backupTargets = kind('BackupTarget');
export const backupVolumes = kind('BackupVolume');
export const settings = kind('Setting');
export const snapshots = kind('Snapshot');
export const volumes = kind('Volume');

/** Labels that Longhorn's controllers find objects by; types/types.go of longhorn-manager. */
export const longhornLabel = {
  volume: 'longhornvolume',
  backupVolume: 'backup-volume',
  backupTarget: 'backup-target',
} as const;

/** The only backup target that this project uses. */
export const targetName = 'default';
