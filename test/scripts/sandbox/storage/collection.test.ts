import { describe, expect, test } from 'vitest';
import { Store } from '../../../../scripts/sandbox/storage/store.ts';

const place = '/configmaps';

function configMap(name: string, data: Record<string, string> = {}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'shop', name }, data };
}

function keysOf(store: Store): string[] {
  return store
    .collection(place)
    .snapshot()
    .map(({ key }) => key);
}

describe('the objects of a resource', () => {
  test.each([1, 20, 200])('come in the order of their keys, were they %d at a time', (together) => {
    const store = new Store();
    const names = Array.from({ length: 200 }, (_, index) => String((index * 83) % 200).padStart(3, '0'));
    for (let start = 0; start < names.length; start += together) {
      store.load(
        place,
        names.slice(start, start + together).map((name) => configMap(name)),
      );
      const sorted = names.slice(0, start + together).sort();
      expect(keysOf(store)).toEqual(sorted.map((name) => `shop/${name}`));
    }
  });

  test('are found, changed and taken away before anybody has listed them', () => {
    const store = new Store();
    store.load(place, [configMap('b'), configMap('a'), configMap('c')]);
    store.put(place, configMap('a', { colour: 'red' }));
    store.remove(place, configMap('b'));
    expect(keysOf(store)).toEqual(['shop/a', 'shop/c']);
    expect(store.find(place, 'shop', 'a')).toMatchObject({ data: { colour: 'red' } });
  });

  test('stay as they are for whoever looks at them already', () => {
    const store = new Store();
    store.load(place, [configMap('b')]);
    const before = store.collection(place).snapshot();
    store.load(place, [configMap('a'), configMap('c')]);
    expect(keysOf(store)).toEqual(['shop/a', 'shop/b', 'shop/c']);
    store.remove(place, configMap('b'));
    expect(before.map(({ key }) => key)).toEqual(['shop/b']);
  });
});
