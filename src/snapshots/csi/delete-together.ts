import type { Context } from '../../context.ts';
import { LeftAlone } from '../../core/errors.ts';
import { retryOnConflict } from '../../kube/retry-on-conflict.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { ObjectKey } from '../../kube/resources.ts';
import { groupContents, singleContents, type AnyContent } from './content-kind.ts';
import { contentsOf } from './contents-of.ts';
import { findGroup, type FoundGroup } from './find-group.ts';
import type { ManagedSnapshot } from '../managed.ts';
import { requireSoleGroup } from './sole-group.ts';
import type { RequireWanted } from '../provider.ts';
import type { DeletedData, DeletionContext } from './deletion.ts';
import { stored } from './volume-snapshot.ts';
import { groupOf } from './group-of.ts';
import { isMemberOf, isOnItsWay, membersOf } from './present-members.ts';
import { deleteSnapshot } from './delete-snapshot.ts';
import { removeContentsOfGroup } from './remove-contents-of-group.ts';
import { forgetUndone, noteDeletion, retainedContent, type RetainedContent } from './retained-content.ts';

/**
 * Deletes snapshots that can go only together: those of a group, or a single one that is in none. All members of the group
 * must be among them still. Contents that are retained are deleted after them, as `removeRetained` has it. Throws when
 * somebody else has data that would go, or a 409 when something is changed again and again.
 */
export async function deleteTogether(
  unit: readonly ManagedSnapshot[],
  requireWanted: RequireWanted,
  context: DeletionContext,
): Promise<DeletedData> {
  const [{ namespace, group }] = unit as [ManagedSnapshot];
  if (group === undefined) return deleteAlone(unit, requireWanted, context);
  const planned = new Map(unit.map((one) => [one.uid, one]));
  const requireAll = async (of: KubeObject, see?: (member: KubeObject) => Promise<void>): Promise<void> => {
    for await (const present of membersOf(unit, group, context)) {
      if (!isMemberOf(present, of)) throw new LeftAlone(renewed(present, group));
      const member = planned.get(present.metadata.uid ?? '');
      if (member) await requireWanted(member, stored(present));
      else if (!isOnItsWay(present)) throw new LeftAlone(strange(present, group));
      await see?.(present);
    }
  };
  let hasTried = false;
  /** That of the group first: with it the data goes. */
  let retained: readonly RetainedContent[] = [];
  const attempt = async (): Promise<boolean | 'no group'> => {
    const found = await findOf(unit, group, context);
    if (!found) return 'no group';
    if (found.group.metadata.deletionTimestamp !== undefined) return hasTried;
    const contents: ContentOfGroup[] = [];
    await requireAll(
      found.group,
      async (member) => void contents.push(...(await contentsIn(member, context))),
    );
    await addContentOfGroup(found, contents, context);
    for (const { retained: one } of contents) if (one) await context.rights.require(one);
    retained = contents.flatMap(({ retained: one }) => one ?? []).toReversed();
    for (const { content, retained: one } of contents) if (one) await noteDeletion(one, content, context);
    // The members cannot be a precondition of this deletion, so each is looked at right before it.
    await requireAll(found.group);
    hasTried = true;
    await deleteGroup({ namespace, name: group }, found, context);
    return true;
  };
  let outcome: boolean | 'no group';
  try {
    outcome = await retryOnConflict(attempt);
  } catch (error) {
    await forgetUndone(retained, context);
    throw error;
  }
  if (outcome === 'no group' && !hasTried) {
    // Without their group, members are as other snapshots.
    return deleteAlone(unit, requireWanted, context);
  }
  const spared = outcome === false ? [] : await removeContentsOfGroup(retained, context);
  return { wasThere: outcome !== false, keptFor: [], spared };
}

/** Whether they are members of a group that is not there: each of them can be deleted alone. */
export async function isGroupGone(
  unit: readonly ManagedSnapshot[],
  context: DeletionContext,
): Promise<boolean> {
  const [{ group }] = unit as [ManagedSnapshot];
  return group !== undefined && (await findOf(unit, group, context)) === undefined;
}

/** In the version of the API that the snapshot controller has noted on a member: there may be newer ones than we know. */
async function findOf(
  unit: readonly ManagedSnapshot[],
  name: string,
  context: DeletionContext,
): Promise<FoundGroup | undefined> {
  const [{ namespace }] = unit as [ManagedSnapshot];
  let version: string | undefined;
  for await (const member of membersOf(unit, name, context)) {
    version = groupOf(member)?.version;
    if (version !== undefined) break;
  }
  return findGroup({ namespace, name }, version, context);
}

interface ContentOfGroup {
  readonly content: AnyContent;
  /** When it is deleted after its owner. */
  readonly retained: RetainedContent | undefined;
}

async function contentsIn(member: KubeObject, context: DeletionContext): Promise<ContentOfGroup[]> {
  const { uid = '' } = member.metadata;
  const contents = await contentsOf(member, context);
  return contents.map((content) => ({
    content,
    retained: retainedContent(singleContents, content, uid),
  }));
}

/** Adds it to those of the members, as the last. Rejects when somebody else has any of their data. */
async function addContentOfGroup(
  found: FoundGroup,
  contents: ContentOfGroup[],
  context: DeletionContext,
): Promise<void> {
  const ofMembers = contents.map(({ content }) => content);
  const content = await requireSoleGroup(found, ofMembers, context.handles, context);
  const { uid = '' } = found.group.metadata;
  if (content) contents.push({ content, retained: retainedContent(groupContents(found.api), content, uid) });
}

async function deleteGroup(
  key: ObjectKey,
  { api, group }: FoundGroup,
  { kube, signal }: Context,
): Promise<void> {
  const { uid, resourceVersion } = group.metadata;
  await kube.delete(api.snapshots, key, { uid, resourceVersion, signal });
}

async function deleteAlone(
  unit: readonly ManagedSnapshot[],
  requireWanted: RequireWanted,
  context: DeletionContext,
): Promise<DeletedData> {
  const keptFor: string[] = [];
  const spared: string[] = [];
  let wasThere = false;
  for (const snapshot of unit) {
    const deleted = await deleteSnapshot(snapshot, (present) => requireWanted(snapshot, present), context);
    wasThere ||= deleted.wasThere;
    keptFor.push(...deleted.keptFor);
    spared.push(...deleted.spared);
  }
  return { wasThere, keptFor, spared };
}

function renewed({ metadata }: KubeObject, group: string): string {
  return `VolumeGroupSnapshot '${group}' is not the one that '${metadata.name}' was made with; it is left as it is`;
}

function strange({ metadata }: KubeObject, group: string): string {
  return `VolumeGroupSnapshot '${group}' has a member that stays, '${metadata.name}'; it is left as it is`;
}
