import { describe, expect, test } from 'vitest';
import { labelSelector } from '../../src/settings/label-selector.ts';
import { exhaustively, sampled } from '../support/exhaustive.ts';
import { helm } from './helm.ts';
import { podOf, renderedCreate } from './rendered.ts';

const at = (resource: string, more: object = {}) =>
  renderedCreate({ settings: { BAK_PVC_NAME: 'data', BAK_DB_POSTGRES_EXEC_RESOURCE: resource }, ...more });

const hostname = 'kubernetes.io/hostname';
const podName = (name: string) => ({ matchLabels: { 'statefulset.kubernetes.io/pod-name': name } });
const one = (key: string, operator: string, ...values: string[]) => ({
  key,
  operator,
  ...(values.length > 0 && { values }),
});

/** What is known of the pods of a target without a cluster. */
const targets: readonly (readonly [string, object])[] = [
  ['statefulset/db', podName('db-0')],
  ['sts/db', podName('db-0')],
  ['StatefulSets/db', podName('db-0')],
  ['pod/db-2', podName('db-2')],
  ['po/db-2', podName('db-2')],
  ['app=db', { matchExpressions: [one('app', 'In', 'db')] }],
  ['app==db,role=primary', { matchExpressions: [one('app', 'In', 'db'), one('role', 'In', 'primary')] }],
  ['app=db,role!=replica', { matchExpressions: [one('app', 'In', 'db'), one('role', 'NotIn', 'replica')] }],
  [
    'app in (a, b),tier notin (x),!gone,cnpg.io/cluster',
    {
      matchExpressions: [
        one('app', 'In', 'a', 'b'),
        one('tier', 'NotIn', 'x'),
        one('gone', 'DoesNotExist'),
        one('cnpg.io/cluster', 'Exists'),
      ],
    },
  ],
];

describe.skipIf(helm === undefined)(
  'the pod of a backup, for the node whose slot it takes and whose database it burdens,',
  { timeout: 60_000 },
  () => {
    test.each(sampled(targets, 2))(
      'is wished for on the node of the database: %s',
      async (resource, labelSelectorOfPod) => {
        const { affinity } = podOf(await at(resource));
        const podAffinityTerm = { topologyKey: hostname, labelSelector: labelSelectorOfPod };
        expect(affinity).toEqual({
          podAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }],
          },
        });
      },
    );

    test('is found by every selector that a setting takes', () => {
      for (const [resource] of targets.filter(([text]) => /[=!(]/.test(text)))
        expect(labelSelector.parse(resource)).toHaveProperty('value');
    });

    test('has to be there where that is said, by labels that are said or known', async () => {
      const databaseLabels = { app: 'shop' };
      const hard = podOf(await at('deployment/shop', { nearDatabase: 'required', databaseLabels }));
      expect(hard.affinity).toEqual({
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: hostname, labelSelector: { matchLabels: databaseLabels } },
          ],
        },
      });
      await expect(at('deployment/shop', { nearDatabase: 'required' })).rejects.toThrow(
        'The labels of the pod of deployment/shop are not known, which create.nearDatabase=required needs; set create.databaseLabels',
      );
    });

    exhaustively.test('is anywhere where nothing is known, nothing wished or nothing dumped', async () => {
      const pods = await Promise.all([
        at('deployment/shop'),
        at('statefulset/db', { nearDatabase: 'none' }),
        renderedCreate({ settings: { BAK_PVC_NAME: 'data', BAK_DB_SKIP: true } }),
      ]);
      expect(pods.map((objects) => podOf(objects).affinity)).toEqual([undefined, undefined, undefined]);
    });

    exhaustively.test('follows the affinity that is said, and the rest of its own', async () => {
      const settings = { BAK_PVC_NAME: 'data', BAK_DB_MYSQL_EXEC_RESOURCE: 'sts/db' };
      const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } };
      const both = podOf(await renderedCreate({ settings }, { affinity: { nodeAffinity } }));
      expect(both.affinity).toMatchObject({ nodeAffinity, podAffinity: expect.anything() as object });
      const podAffinity = { preferredDuringSchedulingIgnoredDuringExecution: [] };
      expect(podOf(await renderedCreate({ settings }, { affinity: { podAffinity } })).affinity).toEqual({
        podAffinity,
      });
    });
  },
);
