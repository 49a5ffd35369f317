import type { Context } from '../context.ts';
import { hasStatus } from '../kube/error.ts';
import type { KubeObject } from '../kube/object.ts';
import { volumeSnapshots } from '../kube/resources.ts';
import type { ManagedSnapshot } from '../snapshots/managed.ts';

/** What to write into a snapshot's metadata; null takes a label or an annotation away. */
export interface MetadataPatch {
  readonly labels: Readonly<Record<string, string | null>>;
  readonly annotations?: Readonly<Record<string, string | null>>;
}

/**
 * Changes the labels of a snapshot that is still as it was read; throws a 409 when somebody else has changed it. One that
 * is gone needs no labels.
 */
export async function patchLabels(
  snapshot: ManagedSnapshot,
  patch: MetadataPatch,
  context: Context,
): Promise<void> {
  const { kube, signal } = context;
  const { namespace, name, resourceVersion } = snapshot;
  try {
    const body = { metadata: { resourceVersion, ...patch } };
    await kube.patch(volumeSnapshots, { namespace, name }, body, { signal });
  } catch (error) {
    if (hasStatus(error, 404)) return;
    if (!hasStatus(error, 409) || !(await isDone(snapshot, patch, context))) throw error;
  }
}

/** After a conflict: a patch whose answer was lost, and that was sent again, conflicts with itself. */
async function isDone(
  { namespace, name, uid }: ManagedSnapshot,
  { labels }: MetadataPatch,
  { kube, signal }: Context,
): Promise<boolean> {
  const found = await kube.find(volumeSnapshots, { namespace, name }, { signal });
  return found?.metadata.uid !== uid || hasLabels(found, labels);
}

function hasLabels({ metadata }: KubeObject, wanted: MetadataPatch['labels']): boolean {
  return Object.entries(wanted).every(([name, value]) => (metadata.labels?.[name] ?? null) === value);
}
