import { describe, expect, test } from 'vitest';
import { configMaps, secrets } from '../../src/kube/resources.ts';
import { configMap, secret } from './manifests.ts';
import type { ContractServer } from './server.ts';
import { Place, namesOf, refusal } from './support.ts';

export function historyContract(server: () => ContractServer): void {
  describe('a server that has forgotten its history', () => {
    const place = new Place(server, 'history');

    test('refuses old continue tokens and old watches, and offers to go on with an inconsistent list', async (context) => {
      if (!place.server.forgetHistory) return context.skip();
      for (const name of ['a', 'b', 'c']) await place.create(secrets, secret(name));
      const first = await place.list(secrets, { limit: '1' });
      const before = (await place.list(configMaps, { limit: '1' })).body.metadata.resourceVersion;
      await place.create(configMaps, configMap('later'));
      await place.create(secrets, secret('bb'));
      await place.server.forgetHistory();

      const expired = await place.list(secrets, { limit: '1', continue: first.body.metadata.continue });
      expect(expired).toMatchObject(
        refusal(
          410,
          'Expired',
          expect.stringMatching(/^The provided continue parameter is too old to display/),
        ),
      );
      const rest = await place.list(secrets, { continue: expired.body.metadata.continue });
      expect(namesOf(rest)).toEqual(['b', 'bb', 'c']);

      // The answer is a 200: the refusal is an event, and the only one.
      const watch = { watch: 'true', resourceVersion: before, timeoutSeconds: '5' };
      expect(await place.list(configMaps, watch)).toMatchObject({
        status: 200,
        body: {
          type: 'ERROR',
          object: {
            kind: 'Status',
            code: 410,
            reason: 'Expired',
            message: expect.stringMatching(/^too old resource version: \d+ \(\d+\)$/),
          },
        },
      });
    });
  });
}
