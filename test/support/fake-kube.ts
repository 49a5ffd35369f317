import { KubeError } from '../../src/kube/error.ts';
import type {
  Abortable,
  DeleteOptions,
  ExecOptions,
  ExecResult,
  Kube,
  LogOptions,
  Selection,
  WatchEvent,
} from '../../src/kube/kube.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import type { ObjectKey, Resource } from '../../src/kube/resources.ts';

export function kubeError(status: number, reason: string, message = reason): KubeError {
  return new KubeError(message, { status, reason, retryable: status === 0 || status >= 500 });
}

interface Failure {
  readonly error: unknown;
  /** The call is carried out, and only its answer lost. */
  readonly isDone: boolean;
}

interface Watcher {
  readonly plural: string;
  tell(event: WatchEvent): void;
}

/** A cluster in memory: objects by plural and name, everything of one namespace. It takes down each call in order. */
export class FakeKube implements Kube {
  readonly namespace = 'shop';
  readonly calls: string[] = [];
  /** What the clock of its API server says: when a TestClock begins. */
  time = new Date(Date.UTC(2026, 10, 20));
  /** What the user may not do, such as `create volumesnapshots` or `get pods/exec`. */
  readonly denied = new Set<string>();
  /** What an exec does; resolves to its exit code. */
  onExec: (options: ExecOptions) => Promise<number> = () => Promise.resolve(0);
  /** Told of each created object, after it is there. */
  onCreate: (object: KubeObject) => void = () => {};
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #failures = new Map<string, Failure[]>();
  readonly #watchers = new Set<Watcher>();
  #version = 0;

  /** The next such call (`create volumesnapshots`) fails; called again, the one after it. */
  failNext(call: string, error: unknown, { isDone = false } = {}): void {
    this.#failures.set(call, [...(this.#failures.get(call) ?? []), { error, isDone }]);
  }

  /** Adds or changes an object, which watchers see. */
  put({ plural }: Resource, object: KubeObject): KubeObject {
    const name = object.metadata.name ?? '';
    const all = this.#all(plural);
    const creationTimestamp = '2026-11-01T00:00:00Z';
    const metadata = {
      uid: `uid-${name}`,
      creationTimestamp,
      ...object.metadata,
      resourceVersion: String(++this.#version),
    };
    const stored = { ...object, metadata };
    const type = all.has(name) ? 'MODIFIED' : 'ADDED';
    all.set(name, stored);
    this.#tell(plural, { type, object: stored });
    return stored;
  }

  remove({ plural }: Resource, name: string): void {
    const object = this.#all(plural).get(name);
    this.#all(plural).delete(name);
    if (object) this.#tell(plural, { type: 'DELETED', object });
  }

  all({ plural }: Resource): KubeObject[] {
    return [...this.#all(plural).values()];
  }

  get<T extends KubeObject>({ plural }: Resource, { name }: ObjectKey, options: Abortable): Promise<T> {
    return this.#do(`get ${plural}`, options, () => {
      const object = this.#all(plural).get(name);
      if (!object) throw kubeError(404, 'NotFound', `${plural} "${name}" not found`);
      return object as T;
    });
  }

  find<T extends KubeObject>({ plural }: Resource, { name }: ObjectKey, options: Abortable) {
    return this.#do(`get ${plural}`, options, () => this.#all(plural).get(name) as T | undefined);
  }

  async *list<T extends KubeObject>({ plural }: Resource, options: Selection): AsyncIterableIterator<T> {
    yield* await this.#do(`list ${plural}`, options, () => this.#selected(plural, options) as T[]);
  }

  serverVersion(options: Abortable): Promise<string | undefined> {
    return this.#do('get version', options, () => 'v1.33.1');
  }

  async *log(options: LogOptions): AsyncIterableIterator<Buffer> {
    yield* await this.#do('get pods/log', options, () => [] as Buffer[]);
  }

  async *watch<T extends KubeObject>(
    { plural }: Resource,
    options: Selection,
  ): AsyncIterableIterator<WatchEvent<T>> {
    const name = options.fieldSelector?.replace('metadata.name=', '');
    const queue: WatchEvent[] = await this.#do(`watch ${plural}`, options, () =>
      this.#selected(plural, options).map((object) => ({ type: 'ADDED', object })),
    );
    queue.push({ type: 'BOOKMARK', resourceVersion: String(this.#version) });
    let wake = (): void => {};
    const watcher: Watcher = {
      plural,
      tell(event) {
        if (event.type !== 'BOOKMARK' && name !== undefined && event.object.metadata.name !== name) return;
        queue.push(event);
        wake();
      },
    };
    this.#watchers.add(watcher);
    options.signal.addEventListener('abort', () => wake());
    try {
      for (;;) {
        options.signal.throwIfAborted();
        const event = queue.shift();
        if (event) yield event as WatchEvent<T>;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.#watchers.delete(watcher);
    }
  }

  create<T extends KubeObject>(resource: Resource, manifest: KubeObject, options: Abortable): Promise<T> {
    const { plural } = resource;
    if (plural.startsWith('selfsubject')) return Promise.resolve(this.#review(plural, manifest) as T);
    return this.#do(`create ${plural}`, options, () => {
      if (this.#all(plural).has(manifest.metadata.name ?? '')) throw kubeError(409, 'AlreadyExists');
      const created = this.put(resource, manifest);
      this.onCreate(created);
      return created as T;
    });
  }

  patch<T extends KubeObject>(
    resource: Resource,
    { name }: ObjectKey,
    patch: Readonly<Record<string, unknown>>,
    options: Abortable,
  ): Promise<T> {
    return this.#do(`patch ${resource.plural}`, options, () => {
      const object = this.#all(resource.plural).get(name);
      if (!object) throw kubeError(404, 'NotFound');
      const version = (patch['metadata'] as { resourceVersion?: string } | undefined)?.resourceVersion;
      if (version !== undefined && version !== object.metadata.resourceVersion)
        throw kubeError(409, 'Conflict');
      return this.put(resource, merged(object, patch) as KubeObject) as T;
    });
  }

  apply(): never {
    throw new Error('apply is not expected');
  }

  /** What it owns stays: there is no garbage collector. */
  delete(resource: Resource, { name }: ObjectKey, options: DeleteOptions): Promise<void> {
    return this.#do(`delete ${resource.plural}`, options, () => {
      const { uid, resourceVersion } = this.#all(resource.plural).get(name)?.metadata ?? {};
      const isOther = options.uid !== undefined && options.uid !== uid;
      const isChanged = options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion;
      if (uid !== undefined && (isOther || isChanged)) throw kubeError(409, 'Conflict');
      this.remove(resource, name);
    });
  }

  exec(options: ExecOptions): Promise<ExecResult> {
    return this.#do('exec', options, async () => ({ exitCode: await this.onExec(options) }));
  }

  serverTime({ signal }: Abortable): Promise<Date> {
    signal.throwIfAborted();
    return Promise.resolve(this.time);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #do<T>(call: string, { signal }: Abortable, work: () => T | Promise<T>): Promise<T> {
    signal.throwIfAborted();
    this.calls.push(call);
    const [verb = '', plural = ''] = call.split(' ');
    if (this.denied.has(call)) throw kubeError(403, 'Forbidden', `cannot ${verb} resource "${plural}"`);
    const failure = this.#failures.get(call)?.shift();
    if (failure?.isDone) await work();
    if (failure) throw failure.error;
    return await work();
  }

  #review(plural: string, { spec }: KubeObject): KubeObject {
    const answer = { apiVersion: 'v1', kind: 'Review', metadata: {} };
    if (plural === 'selfsubjectreviews')
      return { ...answer, status: { userInfo: { username: 'backup-user' } } };
    const { verb, resource, subresource } = (spec as { resourceAttributes: Record<string, string> })
      .resourceAttributes;
    const asked = `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`;
    this.calls.push(`review ${asked}`);
    return { ...answer, status: { allowed: !this.denied.has(asked) } };
  }

  #selected(plural: string, { labelSelector, fieldSelector }: Selection): KubeObject[] {
    return [...this.#all(plural).values()].filter(
      (object) => hasFields(object, fieldSelector ?? '') && hasLabels(object.metadata, labelSelector ?? ''),
    );
  }

  #all(plural: string): Map<string, KubeObject> {
    const all = this.#objects.get(plural) ?? new Map<string, KubeObject>();
    this.#objects.set(plural, all);
    return all;
  }

  #tell(plural: string, event: WatchEvent): void {
    for (const watcher of this.#watchers) if (watcher.plural === plural) watcher.tell(event);
  }
}

/** `metadata.name=a,reason=b` */
function hasFields(object: KubeObject, selector: string): boolean {
  const pairs = selector.split(',').filter((text) => text !== '');
  return pairs.every((pair) => {
    const [path = '', value] = pair.split('=');
    let field: unknown = object;
    for (const name of path.split('.')) field = isPlain(field) ? field[name] : undefined;
    return field === value;
  });
}

/** `a=b,c in (d,e)` */
function hasLabels({ labels = {} }: KubeObject['metadata'], selector: string): boolean {
  const [, key = '', values] = /^(\S+) in \((.*)\)$/.exec(selector) ?? [];
  if (values !== undefined) return values.split(',').includes(labels[key] ?? '');
  const pairs = selector.split(',').filter((text) => text !== '');
  return pairs.every((pair) => {
    const [name = '', value] = pair.split('=');
    return value === undefined ? labels[name] !== undefined : labels[name] === value;
  });
}

/** RFC 7386: null takes away, objects are merged, all else is replaced. */
function merged(target: unknown, patch: unknown): unknown {
  if (!isPlain(patch)) return patch;
  const result: Record<string, unknown> = isPlain(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
