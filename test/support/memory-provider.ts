import type { Diagnosis } from '../../src/core/diagnosis.ts';
import type { Context } from '../../src/context.ts';
import type { Resource } from '../../src/kube/resources.ts';
import type {
  BoundClaim,
  Deletions,
  SnapshotEvent,
  SnapshotPlan,
  SnapshotProvider,
  SnapshotSelection,
} from '../../src/snapshots/provider.ts';
import type { SnapshotMethod, SnapshotRequest } from '../../src/snapshots/snapshot-method.ts';
import type { MetadataPatch, SnapshotKey, StoredSnapshot } from '../../src/snapshots/stored.ts';
import type { Clock } from '../../src/core/system.ts';
import { kubeError } from './fake-kube.ts';

const words = { kind: 'Photo', resource: 'photo', group: 'Album', content: 'Negative' };

/** Snapshots that are nothing but an entry in a map: cut and ready as soon as they are asked for. */
export class MemoryProvider implements SnapshotProvider {
  readonly name = 'memory';
  readonly words = words;
  readonly resource: Resource = { group: 'test', version: 'v1', plural: 'photos', kind: 'Photo' };
  readonly unknownKind = 'There is no camera';
  readonly #clock: Clock;
  readonly #snapshots = new Map<string, StoredSnapshot>();
  #version = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Their names, the oldest first. */
  get names(): string[] {
    return [...this.#snapshots.values()].map(({ metadata }) => metadata.name ?? '');
  }

  // oxlint-disable-next-line typescript/require-await
  async *list({ namespace, labelSelector = '' }: SnapshotSelection): AsyncIterable<StoredSnapshot> {
    const [, label = '', value] = /^([^ =]+)(?:=([^ ]+)| in .*)?$/.exec(labelSelector) ?? [];
    for (const one of this.#snapshots.values()) {
      const has = one.metadata.labels?.[label];
      const isSelected = label === '' || (value === undefined ? has !== undefined : has === value);
      if (isSelected && (namespace ?? one.metadata.namespace) === one.metadata.namespace) yield one;
    }
  }

  async *watch(selection: SnapshotSelection): AsyncIterable<SnapshotEvent> {
    for await (const snapshot of this.list(selection)) yield { type: 'ADDED', snapshot };
    yield { type: 'BOOKMARK' };
  }

  find({ namespace, name }: SnapshotKey): Promise<StoredSnapshot | undefined> {
    return Promise.resolve(this.#snapshots.get(`${namespace}/${name}`));
  }

  // oxlint-disable-next-line typescript/require-await
  async patch(
    { namespace, name }: SnapshotKey,
    { resourceVersion, labels = {}, annotations = {} }: MetadataPatch & { readonly resourceVersion: string },
  ): Promise<void> {
    const present = this.#snapshots.get(`${namespace}/${name}`);
    if (!present) throw kubeError(404, 'NotFound');
    if (present.metadata.resourceVersion !== resourceVersion) throw kubeError(409, 'Conflict');
    this.#put({
      ...present,
      metadata: {
        ...present.metadata,
        labels: merged(present.metadata.labels, labels),
        annotations: merged(present.metadata.annotations, annotations),
      },
    });
  }

  permissions(): readonly [] {
    return [];
  }

  permissionsToRestore(): readonly [] {
    return [];
  }

  plan(claims: readonly BoundClaim[]): Promise<{ readonly found: SnapshotPlan }> {
    const volumes = claims.map(({ name: pvc, uid: pvcUid, madeAt }) => ({
      pvc,
      pvcUid,
      madeAt,
      className: 'film',
      deletionPolicy: 'Delete',
    }));
    return Promise.resolve({ found: { volumes, method: (requests) => this.#method(requests) } });
  }

  waitUntilReady(): Promise<void> {
    return Promise.resolve();
  }

  discardGroups(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  examine(): Promise<readonly Diagnosis[]> {
    return Promise.resolve([]);
  }

  deletionPolicies(): Promise<ReadonlyMap<string, string>> {
    return Promise.resolve(new Map([['film', 'Delete']]));
  }

  deletions(_context: Context): Deletions {
    return {
      deleteTogether: async (unit, isWanted) => {
        let wasThere = false;
        for (const one of unit) {
          const present = await this.find(one);
          if (present?.metadata.uid !== one.uid) continue;
          await isWanted(one, present);
          wasThere = this.#snapshots.delete(`${one.namespace}/${one.name}`);
        }
        return { wasThere };
      },
      isGroupGone: () => Promise.resolve(false),
      findUnfinished: () =>
        Promise.resolve({
          finishNext: () => Promise.resolve(false),
          end: () => ({ failed: [], skipped: [] }),
        }),
    };
  }

  data(): Promise<{ readonly driver: string }> {
    return Promise.resolve({ driver: 'darkroom' });
  }

  dataSource(name: string): { readonly apiGroup: string; readonly kind: string; readonly name: string } {
    return { apiGroup: 'test', kind: words.kind, name };
  }

  #method(requests: readonly SnapshotRequest[]): SnapshotMethod {
    return {
      isSameMoment: false,
      undo: {},
      // oxlint-disable-next-line typescript/require-await
      create: async () => {
        for (const { namespace, name, pvc, labels, annotations } of requests) {
          const creationTimestamp = this.#clock.now().toISOString();
          this.#put({
            words,
            metadata: { namespace, name, uid: `uid-of-${name}`, creationTimestamp, labels, annotations },
            claim: pvc,
            isReadyToUse: true,
            restoreSize: '1Gi',
            content: `negative-of-${name}`,
          });
        }
      },
      waitUntilCut: () => Promise.resolve(),
      finish: () => Promise.resolve(requests),
      complete: () => Promise.resolve(),
    };
  }

  #put(snapshot: StoredSnapshot): void {
    const { namespace, name } = snapshot.metadata;
    const metadata = { ...snapshot.metadata, resourceVersion: String(++this.#version) };
    this.#snapshots.set(`${namespace}/${name}`, { ...snapshot, metadata });
  }
}

function merged(
  texts: Readonly<Record<string, string>> = {},
  changes: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const all = Object.entries({ ...texts, ...changes });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== null));
}
