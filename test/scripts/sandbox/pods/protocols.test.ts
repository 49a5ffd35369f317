import { expect, test } from 'vitest';
import { chooseProtocol } from '../../../../scripts/sandbox/pods/protocols.ts';

const served = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

test('the first protocol of the client’s that is served is chosen', () => {
  const offered = new Set(['v6.channel.k8s.io', 'v4.channel.k8s.io', 'v5.channel.k8s.io']);
  expect(chooseProtocol(offered, served)).toBe('v4.channel.k8s.io');
});

test('a client without a protocol in common is refused', () => {
  expect(chooseProtocol(new Set(['v6.channel.k8s.io']), served)).toBe(false);
  expect(chooseProtocol(new Set(), served)).toBe(false);
});
