import { expect, it } from 'vitest';
import { selectorText } from '../../src/pods/selector.ts';

it('joins labels and expressions as the API reads them', () => {
  const selector = {
    matchLabels: { app: 'shop', tier: 'db' },
    matchExpressions: [
      { key: 'env', operator: 'In', values: ['prod', 'stage'] },
      { key: 'zone', operator: 'NotIn', values: ['a'] },
      { key: 'primary', operator: 'Exists' },
      { key: 'backup', operator: 'DoesNotExist' },
    ],
  };
  expect(selectorText(selector)).toBe('app=shop,tier=db,env in (prod,stage),zone notin (a),primary,!backup');
});

it('refuses an operator that it does not know, rather than selecting too much', () => {
  expect(() => selectorText({ matchExpressions: [{ key: 'a', operator: 'Gt', values: ['1'] }] })).toThrow(
    "operator 'Gt' is unknown",
  );
});
