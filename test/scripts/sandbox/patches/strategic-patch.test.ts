import { expect, test } from 'vitest';
import type { KubeObject } from '../../../../src/kube/object.ts';
import { strategicMergePatch } from '../../../../scripts/sandbox/patches/strategic-patch.ts';

const metadata = { name: 'a' };
const pod = (spec: Record<string, unknown>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata,
  spec,
});
const named = (...names: readonly string[]) => names.map((name) => ({ name }));

// The expectations agree with those of k8s.io/apimachinery v0.36.3, to which the same patches were given.
test.each<[string, Record<string, unknown>, Record<string, unknown>, Record<string, unknown>]>([
  ['a null removes a field', { a: 1, b: 2 }, { a: null, c: null }, { b: 2 }],
  ['maps are merged', { a: { b: 1, c: 2 } }, { a: { c: 3, d: null } }, { a: { b: 1, c: 3 } }],
  ['nulls of what is new say nothing', {}, { a: { b: null, c: [{ d: null }] } }, { a: { c: [{}] } }],
  [
    'entries with the same key are merged, and the order of the patch counts',
    { containers: [{ name: 'a', tty: true, image: '1' }, ...named('b', 'c')] },
    { containers: [...named('d', 'c'), { name: 'a', image: '2' }] },
    { containers: [...named('d', 'b', 'c'), { name: 'a', tty: true, image: '2' }] },
  ],
  [
    'ports of a container are told apart by their number alone',
    { containers: [{ name: 'a', ports: [{ containerPort: 1, protocol: 'TCP' }] }] },
    { containers: [{ name: 'a', ports: [{ containerPort: 1, protocol: 'UDP' }] }] },
    { containers: [{ name: 'a', ports: [{ containerPort: 1, protocol: 'UDP' }] }] },
  ],
  [
    'lists without a key are replaced',
    { tolerations: [{ key: 'a' }] },
    { tolerations: [{ key: 'b' }] },
    { tolerations: [{ key: 'b' }] },
  ],
  [
    '$patch: delete removes an entry',
    { volumes: named('a', 'b') },
    { volumes: [{ name: 'a', $patch: 'delete' }] },
    { volumes: named('b') },
  ],
  [
    '$patch: delete of what is not there is nothing',
    {},
    { volumes: [{ name: 'a', $patch: 'delete' }] },
    { volumes: [] },
  ],
  [
    '$patch: replace replaces a list',
    { volumes: named('a', 'b') },
    { volumes: [...named('c'), { $patch: 'replace' }] },
    { volumes: named('c') },
  ],
  [
    '$patch: replace replaces a map',
    { a: { b: 1, c: 2 } },
    { a: { $patch: 'replace', d: 3 } },
    { a: { d: 3 } },
  ],
  ['$patch: delete empties a map', { a: { b: 1 } }, { a: { $patch: 'delete' } }, { a: {} }],
  [
    '$retainKeys removes the others',
    { a: { b: 1, c: 2 } },
    { a: { $retainKeys: ['c', 'd'], d: 3 } },
    { a: { c: 2, d: 3 } },
  ],
  [
    '$setElementOrder orders, and leaves others in their places',
    { containers: named('a', 'x', 'b', 'c') },
    { '$setElementOrder/containers': named('c', 'a', 'b') },
    { containers: named('x', 'c', 'a', 'b') },
  ],
  [
    '$setElementOrder orders what the patch adds',
    { containers: named('a', 'b') },
    { '$setElementOrder/containers': named('new', 'b', 'a'), containers: named('new') },
    { containers: named('new', 'b', 'a') },
  ],
])('%s', (_, spec, patch, expected) => {
  const current = pod(spec);
  expect(strategicMergePatch(current, { spec: patch })).toEqual(pod(expected));
  expect(current).toEqual(pod(spec));
});

test('a list of primitives is united, and $deleteFromPrimitiveList takes from it', () => {
  const current = { apiVersion: 'v1', kind: 'Pod', metadata: { finalizers: ['a', 'b', 'c'] } };
  const patched = (patch: Record<string, unknown>) =>
    strategicMergePatch(current, { metadata: patch }).metadata.finalizers;
  expect(patched({ finalizers: ['d', 'b'] })).toEqual(['d', 'a', 'b', 'c']);
  expect(patched({ '$deleteFromPrimitiveList/finalizers': ['b', 'x'] })).toEqual(['a', 'c']);
  expect(
    patched({ '$deleteFromPrimitiveList/finalizers': ['a'], '$setElementOrder/finalizers': ['c', 'b'] }),
  ).toEqual(['c', 'b']);
});
