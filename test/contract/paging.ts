import { beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/kube/object.ts';
import { namespaces, secrets, volumeSnapshotClasses } from '../../src/kube/resources.ts';
import { secret, snapshotClass } from './manifests.ts';
import type { Answer, ContractServer } from './server.ts';
import { Place, namesOf, refusal, type Query } from './support.ts';

export function pagingContract(server: () => ContractServer): void {
  describe('a list in pages', () => {
    const place = new Place(server, 'paging');

    beforeAll(async () => {
      for (const name of ['e', 'c', 'a', 'd', 'b']) {
        await place.create(secrets, secret(name, { labels: { page: place.namespace } }));
      }
    });

    test('has so many objects on a page, says how many remain, and where to go on', async () => {
      const first = await place.list(secrets, { limit: '2' });
      expect(namesOf(first)).toEqual(['a', 'b']);
      expect(first.body.metadata).toMatchObject({
        remainingItemCount: 3,
        continue: expect.stringMatching(/^\S+$/),
        resourceVersion: expect.stringMatching(/^\d+$/),
      });
      const second = await place.list(secrets, { limit: '2', continue: first.body.metadata.continue });
      expect(namesOf(second)).toEqual(['c', 'd']);
      expect(second.body.metadata.remainingItemCount).toBe(1);
    });

    test('has no token on its last page', async () => {
      const first = await place.list(secrets, { limit: '4' });
      const last = await place.list(secrets, { limit: '4', continue: first.body.metadata.continue });
      expect(namesOf(last)).toEqual(['e']);
      expect(last.body.metadata.continue ?? '').toBe('');
      expect(last.body.metadata.remainingItemCount).toBeUndefined();
    });

    test('gives all that is left when the next request has no limit', async () => {
      const first = await place.list(secrets, { limit: '1' });
      expect(namesOf(await place.list(secrets, { continue: first.body.metadata.continue }))).toEqual([
        'b',
        'c',
        'd',
        'e',
      ]);
    });

    test('fills its pages with objects that match, and does not say how many remain', async () => {
      const query = { limit: '2', labelSelector: `page=${place.namespace},page notin (x)` };
      const pages = await allPages(place, query);
      expect(pages.map(namesOf)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
      for (const { body } of pages) expect(body.metadata.remainingItemCount).toBeUndefined();
    });

    test('is ordered by the text NAMESPACE/NAME', async () => {
      // A hyphen comes before the slash, so `x-2` comes before `x`.
      const label = `${place.namespace}-order`;
      const other = `${place.namespace}-2`;
      await place.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: other } });
      await place.create(secrets, secret('z', { labels: { order: label } }));
      const path = `/api/v1/namespaces/${other}/secrets`;
      for (const name of ['b', 'a'])
        await place.server.request('POST', path, { body: secret(name, { labels: { order: label } }) });
      const all = await place.server.request('GET', `/api/v1/secrets?labelSelector=order%3D${label}`);
      await place.delete(namespaces, other);
      await place.delete(secrets, 'z');
      const keys = all.body.items.map(({ metadata }: KubeObject) => `${metadata.namespace}/${metadata.name}`);
      expect(keys).toEqual([`${other}/a`, `${other}/b`, `${place.namespace}/z`]);
    });

    test('is the state at its first page, whatever happens until its last', async () => {
      const labels = { view: 'yes' };
      for (const name of ['v1', 'v3', 'v5']) await place.create(secrets, secret(name, { labels }));
      const query = { limit: '1', labelSelector: 'view=yes' };
      const first = await place.list(secrets, query);
      await place.create(secrets, secret('v2', { labels }));
      await place.delete(secrets, 'v3');
      await place.patch(secrets, 'v5', { metadata: { labels: { view: 'no' } } });
      const token = first.body.metadata.continue;
      const rest = await place.list(secrets, { labelSelector: 'view=yes', continue: token });
      for (const name of ['v1', 'v2', 'v5']) await place.delete(secrets, name);
      expect(namesOf(rest)).toEqual(['v3', 'v5']);
      expect(rest.body.items[1].metadata.labels).toEqual(labels);
      expect(rest.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
    });

    test('refuses a token that is none, or one together with a resourceVersion', async () => {
      expect(await place.list(secrets, { continue: 'abc' })).toMatchObject(
        refusal(
          400,
          'BadRequest',
          expect.stringMatching(/^invalid continue token: continue key is not valid/),
        ),
      );
      const first = await place.list(secrets, { limit: '1' });
      const both = { continue: first.body.metadata.continue, resourceVersion: '5' };
      expect(await place.list(secrets, both)).toMatchObject(
        refusal(400, 'BadRequest', 'specifying resource version is not allowed when using continue'),
      );
    });
  });

  describe('a list', () => {
    const place = new Place(server, 'lists');

    test('has a kind, and its items have one only where they are custom resources', async () => {
      await place.create(secrets, secret('one'));
      const builtIn = await place.list(secrets);
      expect(builtIn.body).toMatchObject({ kind: 'SecretList', apiVersion: 'v1' });
      expect(builtIn.body.items[0].kind).toBeUndefined();
      expect(builtIn.body.items[0].apiVersion).toBeUndefined();

      const { metadata } = await place.create(volumeSnapshotClasses, snapshotClass(place.server));
      const custom = await place.list(volumeSnapshotClasses);
      await place.delete(volumeSnapshotClasses, metadata.name);
      const apiVersion = 'snapshot.storage.k8s.io/v1';
      expect(custom.body).toMatchObject({ kind: 'VolumeSnapshotClassList', apiVersion });
      expect(custom.body.items[0]).toMatchObject({ kind: 'VolumeSnapshotClass', apiVersion });
    });

    test('of a namespace that does not exist is empty', async () => {
      const answer = await place.server.request('GET', '/api/v1/namespaces/contract-nowhere/secrets');
      expect(answer).toMatchObject({ status: 200, body: { kind: 'SecretList', items: [] } });
    });
  });
}

async function allPages(place: Place, query: Query): Promise<Answer[]> {
  const pages: Answer[] = [];
  let token = '';
  do {
    const page = await place.list(secrets, { ...query, ...(token && { continue: token }) });
    pages.push(page);
    token = page.body.metadata.continue ?? '';
  } while (token !== '');
  return pages;
}
