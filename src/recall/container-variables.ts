import type { Context } from '../context.ts';
import { quoted } from '../core/quoted.ts';
import { KubeError } from '../kube/error.ts';
import { isRecord, type KubeObject } from '../kube/object.ts';
import { configMaps, secrets } from '../kube/resources.ts';
import { inside, textOf, type BackupContainer } from './cron-job-container.ts';
import { expanded, type Lost, type Value } from './value.ts';

/** What a reference leads to cannot be read; or it is not there, which an optional one may be. */
interface Unread extends Lost {
  readonly isAbsent?: true;
}

/** Undefined for one that is not set. */
type Find = () => Promise<Value | undefined>;

/**
 * The variables of a container as its pod will have them, as far as the manifest says it and the person may read what it
 * refers to: each is looked up only when somebody asks for it.
 */
export class ContainerVariables {
  /** Each by what stood before it in the manifest, as the kubelet reads it. */
  readonly #found = new Map<string, Find>();
  readonly #bags: InBag[] = [];
  readonly #objects = new Map<string, Promise<ReadonlyMap<string, string> | Unread>>();
  readonly #namespace: string;
  readonly #context: Context;

  constructor({ env, envFrom }: BackupContainer, namespace: string, context: Context) {
    this.#namespace = namespace;
    this.#context = context;
    for (const entry of envFrom) this.#bags.push(this.#inBag(entry));
    for (const entry of env) {
      const name = textOf(entry['name']);
      this.#found.set(name, once(this.#valueOf(entry, this.#before(name))));
    }
  }

  /** Of one name. */
  async find(name: string): Promise<Value | undefined> {
    return (await this.#found.get(name)?.()) ?? (await this.#inBags(name));
  }

  /** With the variables that it refers to; `$$` is a `$`. As the kubelet does it with arguments and values. */
  async expand(text: string): Promise<Value> {
    return await expanded(text, (name) => this.find(name));
  }

  /** What it was before this entry: a value may refer to those that stand before it. */
  #before(own: string): (name: string) => Promise<Value | undefined> {
    const known = new Map(this.#found);
    return async (name) =>
      (await known.get(name)?.()) ?? (name === own ? undefined : await this.#inBags(name));
  }

  async #inBags(name: string): Promise<Value | undefined> {
    let perhaps: Lost | undefined;
    // The last one that has it wins.
    for (const bag of this.#bags.toReversed()) {
      const value = await bag(name);
      if (!value) continue;
      // It is set, but nobody knows whether to this.
      if ('text' in value) return perhaps ? { lost: `perhaps ${perhaps.lost}` } : value;
      perhaps ??= value;
    }
    return perhaps;
  }

  #valueOf(
    entry: Record<string, unknown>,
    before: (name: string) => Promise<Value | undefined>,
  ): () => Promise<Value | undefined> {
    const from = entry['valueFrom'];
    if (from === undefined || from === null) {
      const text = textOf(entry['value']);
      return () => expanded(text, before);
    }
    const path = inside(from, 'fieldRef', 'fieldPath');
    if (path === 'metadata.namespace') return () => Promise.resolve({ text: this.#namespace });
    for (const [field, kind] of keyReferences) {
      const reference = inside(from, field);
      if (!isRecord(reference)) continue;
      const { name, key, optional } = reference;
      return async () => {
        const data = await this.#dataOf(kind, textOf(name));
        // Of one that may not be read, nobody knows that it is not there.
        if ('lost' in data) return optional === true && data.isAbsent ? undefined : { lost: data.lost };
        const text = data.get(textOf(key));
        if (text !== undefined) return valueFrom(kind, text);
        const lost = `is in key ${quoted(key)} of ${kind} ${quoted(name)}, which is not there; give it here`;
        return optional === true ? undefined : { lost };
      };
    }
    return () => Promise.resolve({ lost: 'is known in its pod only; give it here' });
  }

  #inBag(entry: Record<string, unknown>): InBag {
    const prefix = textOf(entry['prefix']);
    for (const [field, kind] of bagReferences) {
      const reference = entry[field];
      if (!isRecord(reference)) continue;
      return async (name) => {
        if (!name.startsWith(prefix)) return undefined;
        const data = await this.#dataOf(kind, textOf(reference['name']));
        if ('lost' in data) {
          const isUnset = reference['optional'] === true && data.isAbsent;
          return isUnset ? undefined : { lost: data.lost, isPerhaps: true };
        }
        const text = data.get(name.slice(prefix.length));
        return text === undefined ? undefined : valueFrom(kind, text);
      };
    }
    return () => Promise.resolve(undefined);
  }

  #dataOf(kind: Kind, name: string): Promise<ReadonlyMap<string, string> | Unread> {
    const key = `${kind} ${name}`;
    const data = this.#objects.get(key) ?? this.#read(kind, name);
    this.#objects.set(key, data);
    return data;
  }

  async #read(kind: Kind, name: string): Promise<ReadonlyMap<string, string> | Unread> {
    const { kube, signal } = this.#context;
    const namespace = this.#namespace;
    const where = `is in ${kind} ${quoted(name)}`;
    if (!isName(name)) return { lost: `${where}, which is no name; give it here` };
    try {
      const resource = kind === 'Secret' ? secrets : configMaps;
      const object = await kube.find(resource, { namespace, name }, { signal });
      if (object) return dataIn(object, kind);
      return { lost: `${where}, which is not there; give it here`, isAbsent: true };
    } catch (error) {
      if (!(error instanceof KubeError) || error.status !== 403) throw error;
      return { lost: `${where}, which you may not read; give it here` };
    }
  }
}

type Kind = 'Secret' | 'ConfigMap';
type InBag = (name: string) => Promise<Value | undefined>;

const keyReferences = [
  ['secretKeyRef', 'Secret'],
  ['configMapKeyRef', 'ConfigMap'],
] as const;
const bagReferences = [
  ['secretRef', 'Secret'],
  ['configMapRef', 'ConfigMap'],
] as const;

/** It becomes a part of a path. */
function isName(name: string): boolean {
  return /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/.test(name);
}

function dataIn(object: KubeObject, kind: Kind): ReadonlyMap<string, string> {
  const data = object['data'];
  const entries = Object.entries(isRecord(data) ? data : {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const decoded = (text: string): string =>
    kind === 'Secret' ? Buffer.from(text, 'base64').toString('utf8') : text;
  return new Map(entries.map(([key, text]) => [key, decoded(text)]));
}

/** Whatever the setting is that it is given to. */
function valueFrom(kind: Kind, text: string): Value {
  return kind === 'Secret' ? { text, isSecret: true } : { text };
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}
