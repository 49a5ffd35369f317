import { inventoryOfOrphans } from '../../catalogue/orphans.ts';
import { listSnapshots } from '../../catalogue/list-snapshots.ts';
import { humanAge } from '../../core/human-age.ts';
import { namespaces, persistentVolumeClaims } from '../../kube/resources.ts';
import type { SnapshotContext } from '../../snapshots/provider.ts';
import type { Candidate } from './candidates.ts';
import type { NameKind } from './name-kinds.ts';

const everything = { tiers: [], adhoc: false, marked: false, held: false, failed: false, pvc: undefined };

/** Of the cluster, as it gives them: whoever shows them looks at their characters. */
export async function findNames(
  kind: Exclude<NameKind, 'contexts'>,
  namespace: string,
  context: SnapshotContext,
): Promise<readonly Candidate[]> {
  const { kube, signal } = context;
  if (kind === 'snapshots') {
    const { snapshots, listedAt } = await listSnapshots(namespace, everything, context);
    return snapshots
      .toSorted((one, other) => other.createdAt.getTime() - one.createdAt.getTime())
      .map(({ name, pvc = '', createdAt, ready }) => ({
        value: name,
        words: `${pvc}, ${humanAge(createdAt, listedAt)} ago${ready ? '' : ', not ready'}`,
      }));
  }
  if (kind === 'contents') {
    const { orphans } = await inventoryOfOrphans(undefined, context);
    return orphans.map(({ name, namespace: of, snapshot }) => ({ value: name, words: `${of}/${snapshot}` }));
  }
  const found: Candidate[] = [];
  const listed =
    kind === 'claims'
      ? kube.list(persistentVolumeClaims, { namespace, signal })
      : kube.list(namespaces, { signal });
  for await (const { metadata } of listed) found.push({ value: metadata.name ?? '' });
  return found;
}
