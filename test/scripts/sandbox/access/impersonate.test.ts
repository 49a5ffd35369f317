import { describe, expect, test } from 'vitest';
import type { Attributes } from '../../../../scripts/sandbox/access/attributes.ts';
import { impersonated } from '../../../../scripts/sandbox/access/impersonate.ts';

const admin = { name: 'admin', groups: ['system:masters'] };

function asked(headers: Record<string, string[]>) {
  const demands: Attributes[] = [];
  const user = impersonated(admin, headers, (attributes) => demands.push(attributes));
  const shown = demands.map(({ verb, resource, namespace, name }) =>
    [verb, resource, namespace, name].join(' '),
  );
  return { user, demands: shown };
}

describe('who a request is from', () => {
  test('is its user, unless it stands for another', () => {
    expect(asked({})).toEqual({ user: admin, demands: [] });
  });

  test('is a user and his groups, each of which one must be allowed to stand for', () => {
    expect(asked({ 'impersonate-user': ['eve'], 'impersonate-group': ['devs', 'ops'] })).toEqual({
      user: { name: 'eve', groups: ['devs', 'ops', 'system:authenticated'] },
      demands: ['impersonate users  eve', 'impersonate groups  devs', 'impersonate groups  ops'],
    });
  });

  test('is a service account, which is in the groups of service accounts', () => {
    const name = 'system:serviceaccount:shop:robot';
    const groups = ['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated'];
    expect(asked({ 'impersonate-user': [name] })).toEqual({
      user: { name, groups },
      demands: ['impersonate serviceaccounts shop robot'],
    });
  });
});
