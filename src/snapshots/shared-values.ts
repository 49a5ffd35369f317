import type { Tier } from './tiers.ts';

/**
 * Equal values of many snapshots as one: of a hundred thousand, most are of the same few namespaces, volumes and days, and
 * JSON has given each its own copy.
 */
export class SharedValues {
  readonly #texts = new Map<string, string>();
  readonly #tiers = new Map<string, ReadonlyMap<Tier, string>>();

  text<Text extends string | undefined>(value: Text): Text {
    return value === undefined ? value : (shared(this.#texts, value, value) as Text);
  }

  tiers(entries: readonly (readonly [Tier, string])[]): ReadonlyMap<Tier, string> {
    const key = JSON.stringify(entries);
    return this.#tiers.get(key) ?? shared(this.#tiers, key, new Map(entries));
  }
}

function shared<Value>(known: Map<string, Value>, key: string, value: Value): Value {
  const found = known.get(key);
  if (found !== undefined) return found;
  known.set(key, value);
  return value;
}
