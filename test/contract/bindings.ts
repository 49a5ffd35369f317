import { describe, expect, test } from 'vitest';
import { KubeError } from '../../src/kube/error.ts';
import { configMaps } from '../../src/kube/resources.ts';
import {
  account,
  accountsOf,
  asker,
  configMapRule,
  grant,
  grantEverywhere,
  granted,
  mayI,
  newIdentity,
  untilAllowed,
  withClusterRole,
  type Identity,
} from './identities.ts';
import type { ContractServer } from './server.ts';
import { Place } from './support.ts';

/** Roles of the cluster, groups, and what an exec needs. */
export function bindingsContract(server: () => ContractServer): void {
  describe('a bound role', () => {
    const place = new Place(server, 'bindings');

    test('of the cluster that is bound in a namespace holds there alone', async () => {
      await withClusterRole(place, [configMapRule(['list'])], async (name) => {
        const identity = await newIdentity(place);
        await grant(place, account(place, identity), name);
        await untilAllowed(place, identity, { verb: 'list', resource: 'configmaps' });
        const ask = asker(place, identity);
        expect(await ask('GET', place.path(configMaps))).toBe(200);
        expect(await ask('GET', '/api/v1/namespaces/default/configmaps')).toBe(403);
        expect(await ask('GET', '/api/v1/configmaps')).toBe(403);
      });
    });

    test('of the cluster that is bound everywhere holds everywhere, and for paths', async () => {
      const paths = { nonResourceURLs: ['/contract/*'], verbs: ['get'] };
      await withClusterRole(place, [configMapRule(['list']), paths], async (name) => {
        const identity = await newIdentity(place);
        await grantEverywhere(place, account(place, identity), name);
        await untilAllowed(place, identity, { verb: 'list', resource: 'configmaps', namespace: '' });
        const ask = asker(place, identity);
        expect(await ask('GET', '/api/v1/configmaps?limit=1')).toBe(200);
        expect(await ask('GET', '/api/v1/namespaces/default/configmaps')).toBe(200);
        expect(await ask('GET', '/contract/anything')).toBe(404);
        expect(await ask('POST', '/contract/anything')).toBe(403);
        expect(await ask('GET', '/metrics')).toBe(403);
      });
    });

    test('can be bound to all service accounts of a namespace', async () => {
      const elsewhere = await newIdentity(place);
      await grant(place, accountsOf(place), [configMapRule(['list'], { apiGroups: ['contract.example'] })]);
      const attributes = { verb: 'list', resource: 'configmaps', group: 'contract.example' };
      await untilAllowed(place, elsewhere, attributes);
      expect(await mayI(place, elsewhere, { ...attributes, namespace: 'default' })).toBe(false);
    });

    test('must allow to get and to create pods/exec for an exec over WebSocket', async () => {
      const rule = (...verbs: string[]) => [{ apiGroups: [''], resources: ['pods/exec'], verbs }];
      const attributes = { verb: 'get', resource: 'pods', subresource: 'exec' };
      const half = await granted(place, rule('get'), attributes);
      const whole = await granted(place, rule('get', 'create'), attributes);
      expect(await refusedExec(place, half)).toMatchObject({ status: 403, reason: 'Forbidden' });
      expect(await refusedExec(place, whole)).toMatchObject({
        status: 404,
        reason: 'NotFound',
        message: 'pods "missing" not found',
      });
      const nobody = await newIdentity(place);
      const act = `cannot get resource "pods/exec" in API group "" in the namespace "${place.namespace}"`;
      expect((await refusedExec(place, nobody)).message).toBe(
        `pods "missing" is forbidden: User "${nobody.user}" ${act}`,
      );
      expect(await refusedExec(place, { token: 'wrong' })).toMatchObject({ status: 401 });
    });
  });
}

async function refusedExec(place: Place, { token }: Pick<Identity, 'token'>): Promise<KubeError> {
  const { namespace } = place;
  const target = { namespace, pod: 'missing', container: 'main', command: ['true'] };
  const kube = place.server.kubeAs(token);
  const outcome = kube.exec({ ...target, signal: AbortSignal.timeout(10_000) });
  const error: unknown = await outcome.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(KubeError);
  return error as KubeError;
}
