import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPage } from '../../src/kube/page.ts';
import { pods } from '../../src/kube/resources.ts';
import { findItems } from '../../src/kube/split-items.ts';

const call = { method: 'GET', path: '/api/v1/pods' };
const text = fc.string({ unit: 'binary' });
const item = fc.record({
  metadata: fc.record({ name: text, labels: fc.dictionary(text, text) }),
  rest: fc.jsonValue(),
});
/** In any order, with `items` in odd places as well. */
const list = fc
  .record({
    metadata: fc.record({
      resourceVersion: fc.string(),
      continue: fc.option(fc.string(), { nil: undefined }),
    }),
    nested: fc.record({ items: fc.jsonValue() }),
    'items ': fc.constant([1]),
    'it"ems': fc.jsonValue(),
    kind: fc.constant('PodList'),
    apiVersion: fc.constant('v1'),
    items: fc.array(item, { maxLength: 5 }),
  })
  .chain((fields) =>
    fc
      .shuffledSubarray(Object.entries(fields), { minLength: 7 })
      .map((entries) => Object.fromEntries(entries) as typeof fields),
  );
const indent = fc.constantFrom(undefined, 1, '\t', '\r\n ');

describe('a page of a list', () => {
  it('has the items that its JSON has, whatever they hold and wherever they lie', () => {
    fc.assert(
      fc.property(list, indent, (list, indent) => {
        const json = JSON.stringify(list, undefined, indent);
        const { items, resourceVersion, continueToken } = readPage(call, pods, Buffer.from(json));
        const { items: all, metadata } = JSON.parse(json) as typeof list;
        expect([...items]).toEqual(all.map((one) => ({ apiVersion: 'v1', kind: 'Pod', ...one })));
        expect({ resourceVersion, continueToken }).toEqual({
          resourceVersion: metadata.resourceVersion,
          continueToken: metadata.continue || undefined,
        });
      }),
    );
  });

  it('is never one when it was cut short', () => {
    fc.assert(
      fc.property(list, fc.nat(), (list, cut) => {
        const json = Buffer.from(JSON.stringify(list));
        const half = json.subarray(0, cut % json.length);
        expect(() => [...readPage(call, pods, half).items]).toThrow(/not JSON|not a list/);
      }),
    );
  });

  it.each([
    '',
    '[]',
    '{}',
    '{"items":null,"metadata":{}}',
    '{"items":[]}',
    '{"metadata":{},"items":{}}',
    'null',
  ])('is not %s', (json) => {
    expect(() => readPage(call, pods, Buffer.from(json))).toThrow(/not JSON|not a list/);
  });

  it.each(['[1]', '[{}]', '[{"metadata":null}]', '[null]', '[{"metadata":{}]]', '[{"metadata":{}} {}]'])(
    'cannot have the items %s',
    (items) => {
      const json = Buffer.from(`{"kind":"PodList","apiVersion":"v1","metadata":{},"items":${items}}`);
      expect(() => [...readPage(call, pods, json).items]).toThrow(/not JSON|not a list/);
    },
  );

  it('gives its memory back once its items are read', () => {
    const json = Buffer.from(
      '{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[{"metadata":{}}]}'.padEnd(100_000),
    );
    const { items } = readPage(call, pods, json);
    expect([...items]).toHaveLength(1);
    expect(json.byteLength).toBe(0);
  });
});

it('brackets and quotes in strings are no structure', () => {
  const json = Buffer.from('{"a":"]}\\"[{","items":[{"b":"]\\\\"},["]"],"x",1,true]}');
  const { bounds = [] } = findItems(json) ?? {};
  const pieces = Array.from({ length: bounds.length / 2 }, (_, index) =>
    json.toString('utf8', bounds[2 * index], bounds[2 * index + 1]),
  );
  expect(pieces).toEqual(['{"b":"]\\\\"}', '["]"]', '"x"', '1', 'true']);
});
