import type { KubeObject } from '../../../src/kube/object.ts';
import { Collection } from './collection.ts';
import { entryOf, keyOf, objectOf, type Entry } from './entry.ts';

/** Where the objects of a resource lie: `group/plural`, whatever the version. */
export type Place = string;

/** What etcd is to an API server: objects by key, one revision after the other, and who wants to know of changes. */
export class Store {
  #revision = 1;
  readonly #collections = new Map<Place, Collection>();

  /** Of the latest change. */
  get revision(): number {
    return this.#revision;
  }

  collection(place: Place): Collection {
    const known = this.#collections.get(place);
    if (known) return known;
    const collection = new Collection(this.#revision);
    this.#collections.set(place, collection);
    return collection;
  }

  find(place: Place, namespace: string | undefined, name: string): KubeObject | undefined {
    const entry = this.collection(place).get(keyOf(namespace, name));
    return entry && objectOf(entry);
  }

  /** All, or those of one namespace. */
  all(place: Place, namespace?: string): KubeObject[] {
    return this.collection(place)
      .snapshot(namespace === undefined ? '' : `${namespace}/`)
      .map(objectOf);
  }

  /** Stores the object, new or changed, and gives it with its resourceVersion. */
  put(place: Place, object: KubeObject): KubeObject {
    return objectOf(this.#put(place, object));
  }

  /** As `put`, of many: nobody waits for what became of each. */
  load(place: Place, objects: Iterable<KubeObject>): void {
    for (const object of objects) this.#put(place, object);
  }

  /** Takes the object away; what is given is its last state, with the resourceVersion of the deletion. */
  remove(place: Place, object: KubeObject): KubeObject {
    const collection = this.collection(place);
    const entry: Entry = entryOf(object, ++this.#revision);
    const previous = collection.get(entry.key);
    collection.apply({ type: 'DELETED', revision: this.#revision, entry, previous });
    return objectOf(entry);
  }

  /** Nobody can continue a watch from before this moment. */
  forgetHistory(): void {
    for (const collection of this.#collections.values()) collection.forgetHistory(this.#revision);
  }

  #put(place: Place, object: KubeObject): Entry {
    const collection = this.collection(place);
    const entry = entryOf(object, ++this.#revision);
    const previous = collection.get(entry.key);
    const type = previous ? 'MODIFIED' : 'ADDED';
    collection.apply({ type, revision: this.#revision, entry, previous });
    return entry;
  }
}
