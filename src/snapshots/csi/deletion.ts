import type { KubeObject } from '../../kube/object.ts';
import type { Context } from '../../context.ts';
import { GroupMembers } from './group-members.ts';
import type { ManagedSnapshot } from '../managed.ts';
import { SharedHandles } from './shared-handles.ts';
import { ContentRights } from './content-rights.ts';

/** Looks at the present state of a snapshot, and rejects when its deletion is wanted no more. */
export type DemandWanted = (snapshot: ManagedSnapshot, present: KubeObject) => Promise<void>;

/** What deletions ask; a run has one. */
export interface DeletionContext extends Context {
  readonly handles: SharedHandles;
  readonly rights: ContentRights;
  readonly groups: GroupMembers;
}

export function forDeletions(context: Context): DeletionContext {
  return {
    ...context,
    handles: new SharedHandles(context),
    rights: new ContentRights(context),
    groups: new GroupMembers(context),
  };
}

export interface Deleted {
  /** False when all was gone already, or on its way out. */
  readonly wasThere: boolean;
  /** Contents of others that have the same data, which stays for them. */
  readonly keptFor: readonly string[];
}

/** What to say of it besides; undefined when all has gone as always. */
export function keptWords({ keptFor }: Deleted): string | undefined {
  const [first, ...others] = keptFor;
  if (first === undefined) return undefined;
  const more = others.length > 0 ? ` and ${others.length} others` : '';
  return `its data stays, as VolumeSnapshotContent '${first}'${more} has it, too`;
}
