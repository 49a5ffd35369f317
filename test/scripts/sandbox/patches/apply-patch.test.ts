import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../src/kube/object.ts';
import {
  applyConfiguration,
  conflictMessage,
  conflictsOf,
} from '../../../../scripts/sandbox/patches/apply-patch.ts';

function object(fields: Record<string, unknown>, metadata: Record<string, unknown> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Any', metadata: { name: 'a', ...metadata }, ...fields };
}

const podSpec = (spec: Record<string, unknown>) => object({ spec });
const containers = (...list: readonly object[]) => podSpec({ containers: list });
const web = { name: 'web', image: 'web:1' };

describe('applied for the first time', () => {
  test.each<[string, KubeObject, KubeObject, KubeObject]>([
    [
      'maps are merged',
      object({ data: { a: '1', b: '2' } }),
      object({ data: { b: '3', c: '4' } }),
      object({ data: { a: '1', b: '3', c: '4' } }),
    ],
    [
      'entries of a keyed list are merged, new ones keep their order among the old',
      containers({ ...web, tty: true }, { name: 'log' }),
      containers({ name: 'proxy' }, { ...web, image: 'web:2' }),
      containers({ name: 'proxy' }, { ...web, image: 'web:2', tty: true }, { name: 'log' }),
    ],
    [
      'ports are told apart by number and protocol, and TCP is the default',
      podSpec({ ports: [{ port: 53, protocol: 'TCP', name: 'a' }] }),
      podSpec({
        ports: [
          { port: 53, nodePort: 1 },
          { port: 53, protocol: 'UDP' },
        ],
      }),
      podSpec({
        ports: [
          { port: 53, protocol: 'TCP', name: 'a', nodePort: 1 },
          { port: 53, protocol: 'UDP' },
        ],
      }),
    ],
    [
      'sets are united',
      object({}, { finalizers: ['a', 'b'] }),
      object({}, { finalizers: ['c', 'b'] }),
      object({}, { finalizers: ['a', 'c', 'b'] }),
    ],
    [
      'other lists are replaced',
      podSpec({ tolerations: [{ key: 'a' }], containers: [{ ...web, args: ['x', 'y'] }] }),
      podSpec({ tolerations: [{ key: 'b' }], containers: [{ ...web, args: ['z'] }] }),
      podSpec({ tolerations: [{ key: 'b' }], containers: [{ ...web, args: ['z'] }] }),
    ],
    [
      'selectors are replaced',
      podSpec({ selector: { app: 'a', tier: 'b' } }),
      podSpec({ selector: { app: 'c' } }),
      podSpec({ selector: { app: 'c' } }),
    ],
    [
      'a null takes a field away, but not the time of creation',
      object({ spec: { replicas: 3, paused: true } }, { creationTimestamp: '2025-01-01T00:00:00Z' }),
      object({ spec: { replicas: null } }, { creationTimestamp: null }),
      object({ spec: { paused: true } }, { creationTimestamp: '2025-01-01T00:00:00Z' }),
    ],
  ])('%s', (_, current, next, expected) => {
    expect(applyConfiguration(current, undefined, next)).toEqual(expected);
  });

  test('lists of a custom resource are replaced, apart from those of its metadata', () => {
    const custom = (fields: Record<string, unknown>, finalizers: string[]) => ({
      ...object(fields, { finalizers }),
      apiVersion: 'longhorn.io/v1beta2',
    });
    const current = custom({ spec: { containers: [web] } }, ['a']);
    const next = custom({ spec: { containers: [{ name: 'log' }] } }, ['b']);
    expect(applyConfiguration(current, undefined, next)).toEqual(
      custom({ spec: { containers: [{ name: 'log' }] } }, ['a', 'b']),
    );
  });
});

describe('applied again without something', () => {
  test.each<[string, KubeObject, KubeObject, KubeObject, KubeObject]>([
    [
      'a field goes, those of others stay',
      object({ data: { a: '1', b: '2', c: '3' } }),
      object({ data: { a: '1', b: '2' } }),
      object({ data: { a: '1' } }),
      object({ data: { a: '1', c: '3' } }),
    ],
    [
      'a map goes with its last field',
      object({}, { labels: { a: '1' } }),
      object({}, { labels: { a: '1' } }),
      object({}),
      object({}),
    ],
    [
      'a map that others have fields in stays',
      object({}, { labels: { a: '1', b: '2' } }),
      object({}, { labels: { a: '1' } }),
      object({}),
      object({}, { labels: { b: '2' } }),
    ],
    [
      'a struct goes with its defaults',
      podSpec({ strategy: { type: 'Recreate', defaulted: 1 }, replicas: 1 }),
      podSpec({ strategy: { type: 'Recreate' }, replicas: 1 }),
      podSpec({ replicas: 1 }),
      podSpec({ replicas: 1 }),
    ],
    [
      'an entry of a keyed list goes with its defaults',
      containers({ ...web, tty: true }, { name: 'log' }),
      containers(web, { name: 'log' }),
      containers({ name: 'log' }),
      containers({ name: 'log' }),
    ],
    [
      'a field of an entry goes',
      containers({ ...web, tty: true, stdin: true }),
      containers({ ...web, tty: true }),
      containers(web),
      containers({ ...web, stdin: true }),
    ],
    [
      'a value of a set goes, those of others stay',
      object({}, { finalizers: ['a', 'b', 'c'] }),
      object({}, { finalizers: ['a', 'b'] }),
      object({}, { finalizers: ['b'] }),
      object({}, { finalizers: ['b', 'c'] }),
    ],
    [
      'a field that has been changed since stays',
      podSpec({ replicas: 5, paused: true }),
      podSpec({ replicas: 3, paused: true }),
      podSpec({ paused: true }),
      podSpec({ replicas: 5, paused: true }),
    ],
  ])('%s', (_, current, previous, next, expected) => {
    expect(applyConfiguration(current, previous, next)).toEqual(expected);
  });

  test('what another manager still applies stays', () => {
    const current = object({ data: { a: '1', b: '2' } });
    const without = object({ data: {} });
    expect(applyConfiguration(current, current, without, [object({ data: { a: '1' } })])).toEqual(
      object({ data: { a: '1' } }),
    );
  });
});

describe('a conflict', () => {
  const conflicts = (other: KubeObject, current: KubeObject, next: KubeObject) =>
    conflictsOf(new Map([['other', other]]), current, next).map(({ field }) => field);

  test.each<[string, KubeObject, KubeObject, string[]]>([
    [
      'a field with another value',
      object({ data: { a: '1', 'b.c': '2' } }),
      object({ data: { 'b.c': '3' } }),
      ['.data.b.c'],
    ],
    ['a field with the same value', object({ data: { a: '1' } }), object({ data: { a: '1', b: '2' } }), []],
    ['a field that is left out', object({ data: { a: '1' } }), object({}), []],
    [
      'the image of a container',
      podSpec({ template: { spec: { containers: [web] } } }),
      podSpec({ template: { spec: { containers: [{ name: 'log' }, { ...web, image: 'web:2' }] } } }),
      ['.spec.template.spec.containers[name="web"].image'],
    ],
    [
      'a port',
      podSpec({ ports: [{ port: 53, protocol: 'UDP', name: 'dns' }] }),
      podSpec({ ports: [{ port: 53, protocol: 'UDP', name: 'udp' }] }),
      ['.spec.ports[port=53,protocol="UDP"].name'],
    ],
    [
      'a list that is replaced',
      podSpec({ tolerations: [{ key: 'a' }] }),
      podSpec({ tolerations: [] }),
      ['.spec.tolerations'],
    ],
    ['another value of a set', object({}, { finalizers: ['a'] }), object({}, { finalizers: ['b'] }), []],
    [
      'an owner',
      object({}, { ownerReferences: [{ uid: 'u', name: 'a' }] }),
      object({}, { ownerReferences: [{ uid: 'u', name: 'b' }] }),
      ['.metadata.ownerReferences[uid="u"]'],
    ],
    ['the name', object({}, { uid: 'u', name: 'a' }), object({}, { name: 'b' }), []],
  ])('is or is not %s', (_, other, next, expected) => {
    expect(conflicts(other, other, next)).toEqual(expected);
  });

  test('comes in the order of the API server: by name, and what ends here before what goes deeper', () => {
    const other = object({ data: { b: '1', a: '1' }, immutable: true });
    const next = object({ data: { b: '2', a: '2' }, immutable: false });
    expect(conflicts(other, other, next)).toEqual(['.immutable', '.data.a', '.data.b']);
  });

  test('is not a field that has been changed or taken away since', () => {
    const next = object({ data: { a: '3' } });
    expect(conflicts(object({ data: { a: '1' } }), object({ data: { a: '2' } }), next)).toEqual([]);
    expect(conflicts(object({ data: { a: '1' } }), object({ data: {} }), next)).toEqual([]);
  });

  // The messages are those of k8s.io/apimachinery v0.36.3, recorded.
  test('is told in the words of the API server', () => {
    const [one, two, three] = [
      { manager: 'b', field: '.data.a' },
      { manager: 'a', field: '.data.b' },
      { manager: 'b', field: '.data.c' },
    ] as const;
    expect(conflictMessage([one])).toBe('Apply failed with 1 conflict: conflict with "b": .data.a');
    expect(conflictMessage([one, two, three])).toBe(
      'Apply failed with 3 conflicts: conflicts with "a":\n- .data.b\nconflicts with "b":\n- .data.a\n- .data.c',
    );
  });
});

const name = fc.constantFrom('a', 'b', 'c');
const value = fc.constantFrom('1', '2');
const configuration: fc.Arbitrary<KubeObject> = fc
  .record({
    data: fc.dictionary(name, value, { noNullPrototype: true }),
    finalizers: fc.uniqueArray(name),
    containers: fc.uniqueArray(fc.record({ name, image: value }, { requiredKeys: ['name'] }), {
      selector: (container) => container.name,
    }),
  })
  .map(({ data, finalizers, containers }) => object({ data, spec: { containers } }, { finalizers }));

test('applied twice is applied once', () => {
  fc.assert(
    fc.property(configuration, configuration, (current, next) => {
      const once = applyConfiguration(current, undefined, next);
      expect(applyConfiguration(once, next, next)).toEqual(once);
      expect(conflictsOf(new Map([['other', next]]), once, next)).toEqual([]);
    }),
  );
});

test('a manager who applies to an object of his own gets what he applies, and no input is changed', () => {
  fc.assert(
    fc.property(configuration, configuration, (previous, next) => {
      const inputs = structuredClone([previous, next]);
      const result = applyConfiguration(previous, previous, next);
      expect(sorted(result)).toEqual(sorted(next));
      expect([previous, next]).toEqual(inputs);
    }),
  );
});

/** Without order, and without what is empty: an emptied map is no map. */
function sorted({ data, spec, metadata }: KubeObject): unknown {
  const list = (entries: unknown) =>
    ((entries ?? []) as unknown[]).map((entry) => JSON.stringify(entry)).sort();
  const { containers } = (spec ?? {}) as { containers?: unknown };
  return { data: data ?? {}, containers: list(containers), finalizers: list(metadata.finalizers) };
}
