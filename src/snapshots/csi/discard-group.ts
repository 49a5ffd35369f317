import { freshDeadline } from '../../kube/deadline.ts';
import { hasStatus } from '../../kube/error.ts';
import type { Context } from '../../context.ts';
import type { Kube } from '../../kube/kube.ts';
import type { KubeObject } from '../../kube/object.ts';
import { volumeSnapshots } from '../../kube/resources.ts';
import { contentsOf } from './contents-of.ts';
import { findGroup } from './find-group.ts';
import { groupOf } from './group-of.ts';
import { holdLabelOf } from '../hold-label.ts';
import { label } from '../labels.ts';
import { failedAnnotation, markFailed } from '../mark-failed.ts';
import { SharedHandles } from './shared-handles.ts';
import { csiStore } from './store.ts';
import { requireSoleGroup } from './sole-group.ts';
import { unfinishedOf } from '../unfinished.ts';

/** How long it may take, after the run's own signal was aborted. */
const timeoutMilliseconds = 20_000;

/**
 * Deletes a group whose backup did not come to its end, and its members with it: without it nobody would ever see to those
 * that have no labels yet. Before that, those that have theirs are marked as failed. Where a user holds a member, the group
 * stays as it is. Rejects when somebody else has data of it, or nobody may tell. A group that is not there, or is on its
 * way out, has nothing to discard. Resolves to false for one that does not say of itself that it is unfinished: it stays, as
 * does all that is in it.
 */
export async function discardGroup(
  key: { readonly namespace: string; readonly name: string },
  reason: string,
  { kube, clock }: Pick<Context, 'kube' | 'clock'>,
): Promise<boolean> {
  using deadline = freshDeadline(clock, timeoutMilliseconds);
  const { signal } = deadline;
  const handles = new SharedHandles({ kube, clock, signal });
  for (;;) {
    const found = await findGroup(key, undefined, { kube, signal });
    if (!found || found.group.metadata.deletionTimestamp !== undefined) return true;
    const { api, group } = found;
    const labels = group.metadata.labels ?? {};
    if (!unfinishedOf(group) || labels[label.backup] === undefined) return false;
    const members = await membersOf(group, kube, signal);
    for (const { metadata } of members) {
      if (metadata.labels?.[label.backup] !== labels[label.backup]) continue;
      const member = { namespace: key.namespace, name: metadata.name ?? '' };
      await markFailed(member, reason, { snapshots: csiStore, kube, clock });
    }
    if (members.some((member) => holdLabelOf(member) !== undefined)) return true;
    const contents = await Promise.all(members.map((member) => contentsOf(member, { kube, signal })));
    await requireSoleGroup(found, contents.flat(), handles, { kube, signal });
    try {
      // Whoever asks why it does not go, should the storage be away, finds the answer on it.
      const { uid, resourceVersion } = group.metadata;
      const patch = { metadata: { uid, resourceVersion, annotations: failedAnnotation(reason) } };
      const marked = await kube.patch(api.snapshots, key, patch, { signal });
      const precondition = { uid, resourceVersion: marked.metadata.resourceVersion };
      await kube.delete(api.snapshots, key, { ...precondition, signal });
      return true;
    } catch (error) {
      if (!hasStatus(error, 409) && !hasStatus(error, 404)) throw error;
    }
  }
}

async function membersOf(
  { metadata: { namespace, uid } }: KubeObject,
  kube: Kube,
  signal: AbortSignal,
): Promise<KubeObject[]> {
  const members: KubeObject[] = [];
  for await (const snapshot of kube.list(volumeSnapshots, { namespace, signal })) {
    if (groupOf(snapshot)?.uid === uid) members.push(snapshot);
  }
  return members;
}
