import { servedByDefault, type Definition } from './definition.ts';

function kind(name: string): Definition {
  const definition = servedByDefault.find((served) => served.kind === name);
  if (!definition) throw new Error(`the sandbox does not serve ${name}`);
  return definition;
}

export const claims = kind('PersistentVolumeClaim');
export const contents = kind('VolumeSnapshotContent');
export const clusterRoleBindings = kind('ClusterRoleBinding');
export const clusterRoles = kind('ClusterRole');
export const cronJobs = kind('CronJob');
export const deployments = kind('Deployment');
export const events = kind('Event');
export const groupClasses = kind('VolumeGroupSnapshotClass');
export const groupContents = kind('VolumeGroupSnapshotContent');
export const groups = kind('VolumeGroupSnapshot');
export const jobs = kind('Job');
export const leases = kind('Lease');
export const namespaces = kind('Namespace');
export const nodes = kind('Node');
export const persistentVolumes = kind('PersistentVolume');
export const pods = kind('Pod');
export const roleBindings = kind('RoleBinding');
export const roles = kind('Role');
export const secrets = kind('Secret');
export const configMaps = kind('ConfigMap');
export const serviceAccounts = kind('ServiceAccount');
export const snapshotClasses = kind('VolumeSnapshotClass');
export const snapshots = kind('VolumeSnapshot');
export const statefulSets = kind('StatefulSet');
export const storageClasses = kind('StorageClass');
