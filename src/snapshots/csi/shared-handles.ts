import { hash } from 'node:crypto';
import type { Clock } from '../../context.ts';
import { hasStatus, isOfOneObject, type KubeError } from '../../kube/error.ts';
import type { Abortable, Reader } from '../../kube/kube.ts';
import { volumeSnapshotContents, type Resource } from '../../kube/resources.ts';
import type { AnyContent } from './content-kind.ts';

/** What a look at all that there is needs. */
export interface Lookout extends Abortable {
  readonly kube: Reader;
  readonly clock: Clock;
}

/** How long a list counts; each deletion that comes later looks at a new one. */
const freshMilliseconds = 5 * 60_000;

/**
 * Which contents stand for the same snapshot of the storage. Whichever of them goes with its data takes that of all, and
 * nothing in the cluster keeps the one from being made after the other: a content made by hand is the way to have a
 * snapshot in another namespace, too.
 *
 * All contents are listed when the first is asked for, and again when that is some minutes ago. Of each it keeps a digest
 * and its name: a hundred thousand are 20 MB. One that is found so is read once more: it may be gone.
 */
export class SharedHandles {
  readonly #lookout: Lookout;
  readonly #lists = new Map<string, { readonly index: Map<string, string>; readonly listedAt: number }>();

  readonly #leaving = new Set<string>();

  constructor(lookout: Lookout) {
    this.#lookout = lookout;
  }

  /**
   * The names of other contents of the same data. Throws when the contents cannot be listed: who cannot know whether the
   * data is another's must not delete it.
   */
  async othersOf(content: AnyContent, own: ReadonlySet<string> = new Set()): Promise<string[]> {
    return this.#find(content, volumeSnapshotContents, (name) => {
      return name === content.metadata.name || own.has(name);
    });
  }

  /** As `othersOf`, for the content of a group: also among the contents of other groups. `own` are those of its members. */
  async othersOfGroup(
    content: AnyContent,
    groupContents: Resource,
    own: ReadonlySet<string>,
  ): Promise<string[]> {
    const single = await this.#find(content, volumeSnapshotContents, (name) => own.has(name));
    const groups = await this.#find(content, groupContents, (name) => name === content.metadata.name);
    return [...single, ...groups];
  }

  /** One that goes and leaves its data to the others stands for it no more. */
  leaves({ plural }: Resource, name: string): void {
    this.#leaving.add(`${plural}/${name}`);
  }

  async #find(content: AnyContent, resource: Resource, isOwn: (name: string) => boolean): Promise<string[]> {
    const keys = keysOf(content);
    if (keys.length === 0) return [];
    const index = await this.#index(resource);
    const names = new Set(keys.flatMap((key) => index.get(key)?.split(' ') ?? []));
    const found: string[] = [];
    for (const name of names) {
      const isLeft = !isOwn(name) && !this.#leaving.has(`${resource.plural}/${name}`);
      if (isLeft && (await this.#stillHas(resource, name, keys))) found.push(name);
    }
    return found;
  }

  async #stillHas(resource: Resource, name: string, keys: readonly string[]): Promise<boolean> {
    const { kube, signal } = this.#lookout;
    const present = await kube.find<AnyContent>(resource, { name }, { signal });
    return present !== undefined && keysOf(present).some((key) => keys.includes(key));
  }

  async #index(resource: Resource): Promise<Map<string, string>> {
    const { clock } = this.#lookout;
    const last = this.#lists.get(resource.plural);
    const listedAt = clock.monotonic();
    if (last && listedAt - last.listedAt < freshMilliseconds) return last.index;
    this.#lists.delete(resource.plural);
    const index = await this.#list(resource);
    this.#lists.set(resource.plural, { index, listedAt });
    return index;
  }

  async #list(resource: Resource): Promise<Map<string, string>> {
    const { kube, signal } = this.#lookout;
    const index = new Map<string, string>();
    try {
      for await (const content of kube.list<AnyContent>(resource, { signal })) {
        const { name = '' } = content.metadata;
        for (const key of keysOf(content)) {
          const known = index.get(key);
          index.set(key, known === undefined ? name : `${known} ${name}`);
        }
      }
    } catch (error) {
      if (hasStatus(error, 403) || isOfOneObject(error)) throw cannotLook(resource, error);
      throw error;
    }
    return index;
  }
}

/** By digests, as a handle may be long. Its spec and its status may differ; the driver deletes what the status says. */
function keysOf({ spec, status }: AnyContent): string[] {
  const { snapshotHandle, groupSnapshotHandles } = spec?.source ?? {};
  const ofSnapshots = [
    snapshotHandle,
    status?.snapshotHandle,
    ...(groupSnapshotHandles?.volumeSnapshotHandles ?? []),
    ...(status?.volumeSnapshotInfoList ?? []).map((info) => info.snapshotHandle),
  ];
  // That of a member's status says of which group it is, and nothing of its data.
  const isGroup = spec?.volumeGroupSnapshotRef !== undefined;
  const ofGroups = [
    groupSnapshotHandles?.volumeGroupSnapshotHandle,
    isGroup ? status?.volumeGroupSnapshotHandle : undefined,
  ];
  const digests = (what: string, handles: readonly (string | undefined)[]) =>
    handles
      .filter((handle) => handle !== undefined && handle !== '')
      .map((handle) => digest([what, spec?.driver, handle]));
  return [...new Set([...digests('snapshot', ofSnapshots), ...digests('group', ofGroups)])];
}

function digest(parts: readonly (string | undefined)[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64').slice(0, 24);
}

/** Whatever it is due to: no deletion of the run is done, which must not pass for the doing of those that it was about. */
function cannotLook({ plural }: Resource, cause: KubeError): Error {
  const [problem, cure] =
    cause.status === 403
      ? ['may not be listed', 'the account is given that right, in the whole cluster']
      : ['cannot be read', 'they can'];
  return new Error(
    `nobody can tell whose data it is, too, as ${plural} ${problem} (${cause.message}); it is left as it is until ${cure}`,
    { cause },
  );
}
