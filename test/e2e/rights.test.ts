import { expect, test } from 'vitest';
import { helm } from '../charts/helm.ts';
import { rightsOfCreate } from '../charts/rights-of-create.ts';
import { rightsOfRetention } from '../charts/rights-of-retention.ts';

// It needs no cluster, but helm, which is there as soon as there was one.
test('helm is there, without which nobody looks what rights the chart gives', () => {
  expect(helm).toBeDefined();
});

rightsOfCreate(() => helm ?? '', 'all');
rightsOfRetention(() => helm ?? '');
