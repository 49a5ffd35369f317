import type { KubeObject } from '../../../src/kube/object.ts';

/** What each field manager applied last to each object: all that is remembered of who owns which field. */
export class Appliers {
  readonly #applied = new Map<string, Map<string, KubeObject>>();

  /** By manager. */
  of(uid: string): ReadonlyMap<string, KubeObject> {
    return this.#applied.get(uid) ?? new Map();
  }

  remember(uid: string, manager: string, applied: KubeObject): void {
    const managers = this.#applied.get(uid) ?? new Map<string, KubeObject>();
    managers.set(manager, applied);
    this.#applied.set(uid, managers);
  }

  forget(uid: string): void {
    this.#applied.delete(uid);
  }
}
