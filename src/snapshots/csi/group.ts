import type { Context } from '../../context.ts';
import { createOnce } from '../../kube/create-once.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { GroupApi } from './group-api.ts';

export interface GroupRequest {
  readonly api: GroupApi;
  readonly namespace: string;
  readonly name: string;
  readonly className: string;
  /** The labels of the PVCs that it is of. */
  readonly selector: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

export function groupManifest(request: GroupRequest): KubeObject {
  const { api, namespace, name, className, selector, labels } = request;
  return {
    apiVersion: api.apiVersion,
    kind: 'VolumeGroupSnapshot',
    metadata: { namespace, name, labels: { ...labels } },
    spec: {
      volumeGroupSnapshotClassName: className,
      source: { selector: { matchLabels: { ...selector } } },
    },
  };
}

/** Creates the group. Should its answer be lost: the name is random enough for one that is there to be ours. */
export function createGroup(request: GroupRequest, context: Context): Promise<KubeObject> {
  return createOnce(request.api.snapshots, groupManifest(request), () => true, context);
}
