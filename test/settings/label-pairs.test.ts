import { expect, it } from 'vitest';
import { labelPairs } from '../../src/settings/label-pairs.ts';

it.each([
  ['backup=together', { backup: 'together' }],
  [' app = shop , example.com/tier==db ', { app: 'shop', 'example.com/tier': 'db' }],
])('takes %s', (text, value) => {
  expect(labelPairs.parse(text)).toEqual({ value });
});

it.each([
  '',
  'app',
  '!app',
  'app!=shop',
  'app in (shop)',
  'app=',
  'app=shop,',
  'app=a,app=b',
  'app=a b',
  '-a=b',
])('refuses %j: a group snapshot knows labels with their values only', (text) => {
  expect(labelPairs.parse(text)).toEqual({ expected: expect.stringContaining('app=shop,backup=together') });
});
