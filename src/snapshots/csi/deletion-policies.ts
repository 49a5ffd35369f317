import { volumeSnapshotClasses } from '../../kube/resources.ts';
import type { ProviderContext } from '../provider.ts';
import { classOf } from './class.ts';

/** See `SnapshotProvider`. A class says it of the contents of its snapshots. */
export async function deletionPolicies({
  kube,
  signal,
}: ProviderContext): Promise<ReadonlyMap<string, string>> {
  const policies = new Map<string, string>();
  for await (const object of kube.list(volumeSnapshotClasses, { signal })) {
    const { name, deletionPolicy } = classOf(object);
    policies.set(name, deletionPolicy);
  }
  return policies;
}
