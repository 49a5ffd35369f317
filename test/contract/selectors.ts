import { beforeAll, describe, expect, test } from 'vitest';
import { configMaps, events, secrets, volumeSnapshots } from '../../src/kube/resources.ts';
import { secret } from './manifests.ts';
import type { ContractServer } from './server.ts';
import { Place, namesOf, refusal } from './support.ts';

export function selectorContract(server: () => ContractServer): void {
  labelSelectors(server);
  fieldSelectors(server);
}

function labelSelectors(server: () => ContractServer): void {
  describe('a label selector', () => {
    const place = new Place(server, 'labels');

    beforeAll(async () => {
      await place.create(secrets, secret('gold', { labels: { tier: 'gold', zone: '1' } }));
      await place.create(secrets, secret('silver', { labels: { tier: 'silver' } }));
      await place.create(secrets, secret('empty', { labels: { tier: '' } }));
      await place.create(secrets, secret('none'));
    });

    test.each([
      ['', ['empty', 'gold', 'none', 'silver']],
      ['tier=gold', ['gold']],
      ['tier==gold', ['gold']],
      ['tier=', ['empty']],
      ['tier!=gold', ['empty', 'none', 'silver']],
      ['tier in (gold,silver)', ['gold', 'silver']],
      ['tier in ()', ['empty']],
      ['tier notin (gold, silver)', ['empty', 'none']],
      ['tier', ['empty', 'gold', 'silver']],
      ['!tier', ['none']],
      ['tier,zone=1', ['gold']],
      ['tier,!zone,tier!=silver', ['empty']],
      [' tier = gold , zone ', ['gold']],
      ['zone>0', ['gold']],
      ['zone<1', []],
    ])('that is %j selects %j', async (labelSelector, names) => {
      expect(namesOf(await place.list(secrets, { labelSelector }))).toEqual(names);
    });

    test.each([
      ['tier in (gold', "unable to parse requirement: found '', expected: ',' or ')'"],
      ['tier=a b', "found 'b', expected: ',' or 'end of string'"],
      ['tier=gold,', "found '', expected: identifier after ','"],
      ['!tier=gold', "found '=', expected: ',' or 'end of string'"],
      ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
      [
        'tier=not/ok',
        expect.stringContaining('values[0][tier]: Invalid value: "not/ok": a valid label must'),
      ],
    ])('that is %j is refused', async (labelSelector, message) => {
      expect(await place.list(secrets, { labelSelector })).toMatchObject(refusal(400, 'BadRequest', message));
      const watch = { watch: 'true', labelSelector };
      expect(await place.list(secrets, watch)).toMatchObject(refusal(400, 'BadRequest', message));
    });
  });
}

function fieldSelectors(server: () => ContractServer): void {
  describe('a field selector', () => {
    const place = new Place(server, 'fields');
    const select = async (fieldSelector: string) => namesOf(await place.list(secrets, { fieldSelector }));

    beforeAll(async () => {
      await place.create(secrets, secret('one'));
      await place.create(secrets, secret('two'));
    });

    test('knows the name of every kind of object', async () => {
      expect(await select('metadata.name=one')).toEqual(['one']);
      expect(await select('metadata.name==one')).toEqual(['one']);
      expect(await select('metadata.name!=one')).toEqual(['two']);
      expect(await select('metadata.name=three')).toEqual([]);
    });

    test('knows the namespace of every kind of object', async () => {
      expect(await select(`metadata.namespace=${place.namespace}`)).toEqual(['one', 'two']);
      expect(await select('metadata.namespace=elsewhere')).toEqual([]);
      expect(await select(`metadata.name=two,metadata.namespace=${place.namespace}`)).toEqual(['two']);
    });

    test('of a namespace narrows a list of all namespaces', async () => {
      const selector = `fieldSelector=metadata.namespace%3D${place.namespace}`;
      const answer = await place.server.request('GET', `/api/v1/secrets?${selector}`);
      expect(namesOf(answer)).toEqual(['one', 'two']);
    });

    test('that the kind does not know is refused', async () => {
      const fieldSelector = 'spec.nodeName=x';
      const known = 'only "metadata.name", "metadata.namespace"';
      expect(await place.list(configMaps, { fieldSelector })).toMatchObject(
        refusal(400, 'BadRequest', `"spec.nodeName" is not a known field selector: ${known}`),
      );
      expect(await place.list(volumeSnapshots, { fieldSelector })).toMatchObject(
        refusal(400, 'BadRequest', 'field label not supported: spec.nodeName'),
      );
    });

    test('is not a label selector', async () => {
      const fieldSelector = 'metadata.name in (one)';
      expect(await place.list(secrets, { fieldSelector })).toMatchObject(
        refusal(
          400,
          'BadRequest',
          `invalid selector: '${fieldSelector}'; can't understand '${fieldSelector}'`,
        ),
      );
    });

    test('finds the events of an object', async () => {
      const { namespace } = place;
      for (const [name, kind] of [
        ['data', 'PersistentVolumeClaim'],
        ['data', 'VolumeSnapshot'],
        ['other', 'VolumeSnapshot'],
      ] as const) {
        await place.create(events, {
          apiVersion: 'v1',
          kind: 'Event',
          metadata: { name: `${name}.${kind.toLowerCase()}` },
          involvedObject: { namespace, kind, name, uid: `${kind}-${name}` },
          reason: 'Testing',
          type: 'Warning',
        });
      }
      const find = async (fieldSelector: string) => namesOf(await place.list(events, { fieldSelector }));
      expect(await find('involvedObject.kind=VolumeSnapshot,involvedObject.name=data')).toEqual([
        'data.volumesnapshot',
      ]);
      expect(await find('involvedObject.uid=VolumeSnapshot-other')).toEqual(['other.volumesnapshot']);
      expect(await find('involvedObject.name=data,reason=Testing,type=Warning')).toHaveLength(2);
      expect(await find('involvedObject.name=data,type=Normal')).toEqual([]);
    });
  });
}
