import { hasStatus } from '../kube/error.ts';
import type { Kube } from '../kube/kube.ts';
import type { KubeObject } from '../kube/object.ts';
import { volumeSnapshots } from '../kube/resources.ts';
import { findGroup } from './find-group.ts';
import { groupOf } from './group-of.ts';
import { annotation, label } from './labels.ts';
import { markFailed } from './mark-failed.ts';
import { unfinishedOf } from './unfinished.ts';

/** How long it may take, after the run's own signal was aborted. */
const timeoutMilliseconds = 20_000;

/**
 * Deletes a group whose backup did not come to its end, and its members with it: without it nobody would ever see to those
 * that have no labels yet. Before that, those that have theirs are marked as failed. Where a user holds a member, the group
 * stays as it is. A group that is not there, or is on its way out, has nothing to discard. Resolves to false for one that
 * does not say of itself that it is unfinished: it stays, as does all that is in it.
 */
export async function discardGroup(
  key: { readonly namespace: string; readonly name: string },
  reason: string,
  kube: Kube,
): Promise<boolean> {
  const signal = AbortSignal.timeout(timeoutMilliseconds);
  for (;;) {
    const found = await findGroup(key, undefined, { kube, signal });
    if (!found || found.group.metadata.deletionTimestamp !== undefined) return true;
    const { api, group } = found;
    if (!unfinishedOf(group) || group.metadata.labels?.[label.backup] === undefined) return false;
    const members = await labelledMembers(group, kube, signal);
    for (const { metadata } of members) {
      await markFailed({ namespace: key.namespace, name: metadata.name ?? '' }, reason, kube);
    }
    if (members.some(({ metadata }) => metadata.labels?.[label.hold] === 'true')) return true;
    try {
      // Whoever asks why it does not go, should the storage be away, finds the answer on it.
      const { uid, resourceVersion } = group.metadata;
      const patch = { metadata: { uid, resourceVersion, annotations: { [annotation.failed]: reason } } };
      const marked = await kube.patch(api.snapshots, key, patch, { signal });
      const precondition = { uid, resourceVersion: marked.metadata.resourceVersion };
      await kube.delete(api.snapshots, key, { ...precondition, signal });
      return true;
    } catch (error) {
      if (!hasStatus(error, 409) && !hasStatus(error, 404)) throw error;
    }
  }
}

async function labelledMembers(
  { metadata: { namespace, uid, labels } }: KubeObject,
  kube: Kube,
  signal: AbortSignal,
): Promise<KubeObject[]> {
  const labelSelector = `${label.backup}=${labels?.[label.backup]}`;
  const all = await Array.fromAsync(kube.list(volumeSnapshots, { namespace, labelSelector, signal }));
  return all.filter((snapshot) => groupOf(snapshot)?.uid === uid);
}
