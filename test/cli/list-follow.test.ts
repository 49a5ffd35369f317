import { expect, it } from 'vitest';
import { followerOf } from '../../src/cli/list-follow.ts';
import type { Change } from '../../src/catalogue/changes.ts';
import { now, rowOf } from '../catalogue/support.ts';

const change = (event: Change['event'], fields = {}, matches = true): Change => ({
  event,
  row: rowOf(fields),
  matches,
});
const follower = (output: string) => followerOf({ output, colour: false, hasNamespaces: false });

it('a table begins with its head, and goes on in the same columns until a snapshot is deleted', async () => {
  const { write } = follower('table');
  const first = await write([change('ADDED', { name: 'data-1' }), change('ADDED', { name: 'data-20' })], now);
  const later = [
    await write([change('MODIFIED', { ready: false, deleting: true })], now),
    await write([change('DELETED', { ready: false, deleting: true })], now),
  ];
  expect(`${first}${later.join('')}`).toBe(
    [
      'NAME     PVC   READY     AGE  TYPE  TIERS  DELETE-AFTER  VERIFIED  SIZE',
      'data-1   data  true      9h   -     -      -             -         -',
      'data-20  data  true      9h   -     -      -             -         -',
      'data-1   data  deleting  9h   -     -      -             -         -',
      'data-1   data  deleted   9h   -     -      -             -         -',
      '',
    ].join('\n'),
  );
});

it('where there is nothing at first, the head comes with the first snapshot', async () => {
  const { write } = follower('table');
  expect(await write([], now)).toBe('');
  expect(await write([change('ADDED')], now)).toMatch(/^NAME .*\ndata-1 .*\n$/);
});

it('what only wide shows is a change only there', () => {
  const [before, after] = [rowOf(), rowOf({ content: 'snapcontent-1' })];
  expect(follower('table').fingerprint(before)).toBe(follower('table').fingerprint(after));
  expect(follower('wide').fingerprint(before)).not.toBe(follower('wide').fingerprint(after));
});

it('JSON is a line for each change', async () => {
  const { write } = follower('json');
  const text = await write([change('ADDED'), change('MODIFIED', { type: 'x' }, false)], now);
  expect(text.trimEnd().split('\n')).toEqual([
    '{"event":"ADDED","namespace":"shop","name":"data-1","pvc":"data","ready":true,"createdAt":"2026-11-21T02:30:00.000Z","tiers":{}}',
    '{"event":"MODIFIED","matches":false,"namespace":"shop","name":"data-1","pvc":"data","ready":true,"createdAt":"2026-11-21T02:30:00.000Z","tiers":{},"type":"x"}',
  ]);
});

it('YAML is a document for each change', async () => {
  expect(await follower('yaml').write([change('DELETED')], now)).toMatch(
    /^---\nevent: DELETED\n[^]*\n\.\.\.\n$/,
  );
});

it('a name is told once, when it begins to be wanted', async () => {
  const { write, fingerprint } = follower('name');
  expect(fingerprint(rowOf())).toBe(fingerprint(rowOf({ ready: false })));
  const text = await write([change('ADDED'), change('MODIFIED', {}, false), change('DELETED')], now);
  expect(text).toBe('volumesnapshot.snapshot.storage.k8s.io/data-1\n');
});
