import { isDnsSubdomain } from '../../kube/names.ts';
import type { KubeObject } from '../../kube/object.ts';
import { groupVersionIn } from './group-api.ts';

/** The VolumeGroupSnapshot that a VolumeSnapshot is a member of. */
export interface GroupName {
  readonly name: string;
  /** Of the API that the snapshot controller works with; undefined when only the status tells of the group. */
  readonly version?: string | undefined;
  readonly uid?: string | undefined;
}

/**
 * A member is owned by its group from the beginning, while its status names the group a moment later. The controller lets
 * no member be deleted alone: it stays, on its way out for ever, until its group goes (external-snapshotter 8.6,
 * checkandRemoveSnapshotFinalizersAndCheckandDeleteContent).
 *
 * Owner references are the tenant's to write, and the API server looks only for a slash in their apiVersion: what no group can
 * be called is none.
 */
export function groupOf({ metadata, status }: KubeObject): GroupName | undefined {
  for (const { apiVersion, kind, name, uid } of metadata.ownerReferences ?? []) {
    const version = groupVersionIn(apiVersion);
    if (version !== undefined && kind === 'VolumeGroupSnapshot' && isName(name)) {
      return { name, version, uid };
    }
  }
  const { volumeGroupSnapshotName: name } = (status ?? {}) as { volumeGroupSnapshotName?: unknown };
  return isName(name) ? { name } : undefined;
}

function isName(name: unknown): name is string {
  return typeof name === 'string' && isDnsSubdomain(name);
}
