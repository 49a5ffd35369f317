import { volumeSnapshots } from '../../kube/resources.ts';
import { groupOf } from './group-of.ts';
import type { Lookout } from './shared-handles.ts';

/** How long a list counts: as long as a deletion, or some of them, may take. */
const freshMilliseconds = 60_000;

interface Member {
  readonly name: string;
  readonly uid: string;
}

/**
 * Which snapshots of a namespace are members of a group, by a list of it that is at most a minute old: of a namespace with
 * hundreds of groups that go, none is listed for each. A group gets no members once its snapshot is cut, and an owner
 * reference that somebody writes on another snapshot asks for just what happens: to go with the group. So it is enough that
 * every member, and whether it is of that very group, is looked at right before.
 */
export class GroupMembers {
  readonly #lookout: Lookout;
  readonly #lists = new Map<string, { readonly groups: Map<string, Member[]>; readonly listedAt: number }>();

  constructor(lookout: Lookout) {
    this.#lookout = lookout;
  }

  async membersOf(namespace: string, group: string): Promise<readonly Member[]> {
    const { clock } = this.#lookout;
    const last = this.#lists.get(namespace);
    const listedAt = clock.monotonic();
    if (last && listedAt - last.listedAt < freshMilliseconds) return last.groups.get(group) ?? [];
    const groups = await this.#list(namespace);
    this.#lists.set(namespace, { groups, listedAt });
    return groups.get(group) ?? [];
  }

  async #list(namespace: string): Promise<Map<string, Member[]>> {
    const { kube, signal } = this.#lookout;
    const groups = new Map<string, Member[]>();
    for await (const snapshot of kube.list(volumeSnapshots, { namespace, signal })) {
      const { name = '', uid = '' } = snapshot.metadata;
      const group = groupOf(snapshot)?.name;
      if (group === undefined) continue;
      const known = groups.get(group);
      if (known) known.push({ name, uid });
      else groups.set(group, [{ name, uid }]);
    }
    return groups;
  }
}
