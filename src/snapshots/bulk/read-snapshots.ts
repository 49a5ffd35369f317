import type { Context } from '../../context.ts';
import type { KubeObject } from '../../kube/object.ts';
import { volumeSnapshots } from '../../kube/resources.ts';
import { SharedValues } from '../shared-values.ts';

interface Selection {
  /** All of the cluster when undefined. */
  readonly namespace: string | undefined;
  readonly labelSelector?: string;
}

/** What `read` takes of each snapshot, and no more: a hundred thousand of them fit into memory. */
export async function readSnapshots<Snapshot>(
  selection: Selection,
  read: (object: KubeObject, share: SharedValues) => Snapshot | undefined,
  { kube, signal }: Context,
): Promise<Snapshot[]> {
  const found: Snapshot[] = [];
  const share = new SharedValues();
  for await (const object of kube.list(volumeSnapshots, { ...selection, signal })) {
    const snapshot = read(object, share);
    if (snapshot) found.push(snapshot);
  }
  return found;
}
