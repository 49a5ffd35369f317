import { hasStatus } from '../kube/error.ts';
import type { Kube } from '../kube/kube.ts';
import { volumeSnapshots, type ObjectKey } from '../kube/resources.ts';
import { shown } from '../core/quoted.ts';
import { tiers } from './tiers.ts';
import type { VolumeSnapshot } from './csi/volume-snapshot.ts';
import { annotation, label } from './labels.ts';

/** How long the mark may take, which is set after the run's own signal was aborted. */
const timeoutMilliseconds = 20_000;

/** Characters: an object with more than 256 KiB of annotations is refused, and would keep its tiers. */
const longestReason = 1000;

/** The annotation that says why something is no backup: its beginning, whatever a storage or a tool has said in it. */
export function failedAnnotation(reason: string): Record<string, string> {
  return { [annotation.failed]: shown(reason, longestReason) };
}

/**
 * Marks a snapshot as no backup: it gets the reason, and loses its tiers and the mark of one that is unfinished. One that is not there has none to lose.
 * `spares` is asked of its state before each attempt; one that is spared stays as it is, and is returned.
 */
export async function markFailed(
  key: ObjectKey,
  reason: string,
  kube: Kube,
  spares: (snapshot: VolumeSnapshot) => boolean = () => false,
): Promise<VolumeSnapshot | undefined> {
  const signal = AbortSignal.timeout(timeoutMilliseconds);
  for (;;) {
    const snapshot = await kube.find<VolumeSnapshot>(volumeSnapshots, key, { signal });
    if (!snapshot) return undefined;
    if (spares(snapshot)) return snapshot;
    try {
      await kube.patch(volumeSnapshots, key, failedPatch(snapshot, reason), { signal });
      return undefined;
    } catch (error) {
      if (!hasStatus(error, 409)) throw error;
    }
  }
}

/** Null takes a label away; the resourceVersion makes the patch conditional. */
function failedPatch({ metadata }: VolumeSnapshot, reason: string): Record<string, unknown> {
  return {
    metadata: {
      resourceVersion: metadata.resourceVersion,
      labels: Object.fromEntries([...tiers, 'unfinished' as const].map((name) => [label[name], null])),
      annotations: failedAnnotation(reason),
    },
  };
}
