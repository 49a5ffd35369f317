import type { Kube, WatchOptions } from '../../src/kube/kube.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { configMaps } from '../../src/kube/resources.ts';
import { systemRandom } from '../../src/core/system.ts';
import type { Hook } from '../../scripts/faults/hook.ts';
import { configMap } from './manifests.ts';
import type { Place } from './support.ts';
import { soon } from './through-faults.ts';

/** The ConfigMaps of one test; a label is theirs alone. */
export class WatchedGroup {
  readonly #place: Place;
  readonly #label = systemRandom.id(6);

  private constructor(place: Place) {
    this.#place = place;
  }

  static async of(place: Place, ...names: readonly string[]): Promise<WatchedGroup> {
    const group = new WatchedGroup(place);
    for (const name of names) await group.add(name);
    return group;
  }

  add(name: string, value = '1'): Promise<unknown> {
    const labels = { group: this.#label };
    return this.#place.create(configMaps, configMap(this.#fullName(name), { value }, { labels }));
  }

  change(name: string, value: string): Promise<unknown> {
    return this.#place.patch(configMaps, this.#fullName(name), { data: { value } });
  }

  remove(name: string): Promise<unknown> {
    return this.#place.delete(configMaps, this.#fullName(name));
  }

  /** What a watch can miss while it does not look: 'a' changed, 'b' deleted, 'c' another one, and an end. */
  async changeAll(): Promise<void> {
    await this.change('a', '2');
    await this.remove('b');
    await this.remove('c');
    await this.add('c', '2');
    await this.add('end');
  }

  /** What a watch tells, such as `ADDED a 1`, up to the object `end`; bookmarks left out. */
  async toldBy(kube: Kube, options: Partial<WatchOptions> = {}): Promise<string[]> {
    const { namespace } = this.#place;
    const selection = { namespace, labelSelector: `group=${this.#label}`, ...soon(), ...options };
    const told: string[] = [];
    for await (const event of kube.watch<KubeObject & { data: { value: string } }>(configMaps, selection)) {
      if (event.type === 'BOOKMARK') continue;
      const { metadata, data } = event.object;
      const name = metadata.name?.replace(`${this.#label}-`, '');
      told.push(`${event.type} ${name} ${data.value}`);
      if (name === 'end') break;
    }
    return told;
  }

  /** The label first: names of a group are then listed in their own order. */
  #fullName(name: string): string {
    return `${this.#label}-${name}`;
  }
}

/** Does the nth of these while the nth watch is held: it has come in, and not reached the server. */
export function beforeWatches(...actions: (() => Promise<unknown>)[]): Hook {
  return async ({ phase, request }) => {
    if (phase === 'received' && request.verb === 'watch') await actions.shift()?.();
  };
}
