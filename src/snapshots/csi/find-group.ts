import type { Abortable, Reader } from '../../kube/kube.ts';
import { isNotServed } from '../../kube/not-there.ts';
import type { KubeObject } from '../../kube/object.ts';
import { groupApi, groupVersions, type GroupApi } from './group-api.ts';

export interface VolumeGroupSnapshot extends KubeObject {
  status?: { boundVolumeGroupSnapshotContentName?: string };
}

export interface FoundGroup {
  readonly api: GroupApi;
  readonly group: VolumeGroupSnapshot;
}

/** The group, in the first version of its API that is served; `version` is asked for before all others. */
export async function findGroup(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  version: string | undefined,
  { kube, signal }: Abortable & { readonly kube: Reader },
): Promise<FoundGroup | undefined> {
  for (const one of new Set([...(version === undefined ? [] : [version]), ...groupVersions])) {
    const api = groupApi(one);
    try {
      const group = await kube.find<VolumeGroupSnapshot>(api.snapshots, { namespace, name }, { signal });
      if (group) return { api, group };
    } catch (error) {
      // One that this version knows need not be one that this cluster has.
      if (!isNotServed(error)) throw error;
    }
  }
  return undefined;
}
