import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../src/kube/object.ts';
import {
  jobs,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  volumeSnapshots,
} from '../../src/kube/resources.ts';
import { annotation, label } from '../../src/snapshots/labels.ts';
import { kubeError } from '../support/fake-kube.ts';
import { object } from '../support/objects.ts';
import { bound, Shop } from './shop.ts';

const quick = { BAK_DB_POSTGRES: 'false', BAK_DB_SKIP: 'true' };
const both = { BAK_PVC_NAME: 'data,files' };

const tiersOf = ({ metadata }: KubeObject) =>
  [label.daily, label.weekly, label.monthly].filter((tier) => tier in (metadata.labels ?? {})).length;
const tiersIn = ({ snapshots }: Shop) => snapshots.map(tiersOf);

describe('the tiers of a new backup', () => {
  it('are those of the day that only a quick backup without a dump stands for', async () => {
    const shop = new Shop();
    await shop.backup(quick);
    await shop.backup();
    expect(tiersIn(shop)).toEqual([3, 3]);
    await shop.backup(quick);
    expect(tiersIn(shop)).toEqual([3, 3, 0]);
  });

  it('are the same for all its volumes, when another backup has only one of them', async () => {
    const shop = new Shop();
    shop.addVolume('files');
    await shop.backup();
    await shop.backup(both);
    await shop.backup(both);
    expect(tiersIn(shop)).toEqual([3, 3, 3, 0, 0]);
  });

  it('are not taken by a backup of which one volume is not ready', async () => {
    const shop = new Shop();
    shop.addVolume('files');
    await shop.backup(both);
    const files = shop.snapshots.find(({ metadata }) => metadata.labels?.[label.pvc] === 'files')!;
    shop.kube.put(volumeSnapshots, { ...files, status: { readyToUse: false } });
    await shop.backup(both);
    expect(tiersIn(shop)).toEqual([3, 3, 3, 3]);
  });

  it('are not taken by backups of a PVC that had the same name before', async () => {
    const shop = new Shop();
    await shop.backup();
    shop.kube.remove(persistentVolumeClaims, 'data');
    const anew = { name: 'data', uid: 'another-uid', creationTimestamp: '2026-11-20T00:00:00Z' };
    shop.kube.put(persistentVolumeClaims, object('PersistentVolumeClaim', anew, bound('pv-2')));
    const spec = { csi: { driver: 'csi.example.com' } };
    shop.kube.put(persistentVolumes, object('PersistentVolume', { name: 'pv-2' }, { spec }));
    await shop.backup();
    expect(tiersIn(shop)).toEqual([3, 3]);
    expect(shop.snapshots.map(({ metadata }) => metadata.labels?.[label.pvcUid])).toEqual([
      'uid-data',
      'another-uid',
    ]);
  });

  it('come with how many databases there are dumps of', async () => {
    const shop = new Shop();
    await shop.backup();
    await shop.backup(quick);
    const counts = shop.snapshots.map(({ metadata }) => metadata.annotations?.[annotation.databases]);
    expect(counts).toEqual(['1', '0']);
  });
});

describe('a backup', () => {
  const owner = (kind: string, name: string) => ({
    apiVersion: 'batch/v1',
    kind,
    name,
    uid: `uid-${name}`,
    controller: true,
  });

  /** What the snapshot of a backup says whose pod is of such a Job. */
  async function saidBy(
    type: string,
    job?: { readonly annotations?: Record<string, string>; readonly isOfCronJob: boolean },
  ) {
    const shop = new Shop();
    if (job) {
      const { annotations = {}, isOfCronJob } = job;
      const ownerReferences = isOfCronJob ? [owner('CronJob', 'nightly')] : [];
      shop.kube.put(jobs, object('Job', { name: 'nightly-1', annotations, ownerReferences }));
      shop.kube.put(pods, object('Pod', { name: 'pod-1', ownerReferences: [owner('Job', 'nightly-1')] }));
    }
    const { stays } = await shop.backup({ BAK_LABEL_VS_TYPE: type, BAK_LABEL_VS_POD: 'pod-1' });
    const { [label.type]: said, [label.keepUntil]: until } = shop.snapshots[0]?.metadata.labels ?? {};
    return { type: said, until, stays };
  }

  const manual = { 'cronjob.kubernetes.io/instantiate': 'manual' };

  it.each([
    ['by a schedule, where its Job is the CronJob’s', 'adhoc', { isOfCronJob: true }, 'adhoc', undefined],
    [
      'by a person, where kubectl made its Job',
      'cronjob',
      { annotations: manual, isOfCronJob: true },
      'adhoc',
      '2026-12-04',
    ],
    [
      'by a person, with a type of their own',
      'pre-upgrade',
      { annotations: manual, isOfCronJob: true },
      'pre-upgrade',
      '2026-12-04',
    ],
    ['as its type says, where its Job is of nobody', 'cronjob', { isOfCronJob: false }, 'cronjob', undefined],
    ['as its type says, where there is no pod to look at', 'adhoc', undefined, 'adhoc', '2026-12-04'],
  ])('is made %s', async (_, type, job, expected, until) => {
    expect(await saidBy(type, job)).toMatchObject({ type: expected, until });
  });

  it('that a person made says until when it stays', async () => {
    const { stays } = await saidBy('adhoc');
    expect(stays).toBe(
      'as long as the policy keeps 2026-11-20, 2026-w47, 2026-11, and at least until 2026-12-04, as a person made it',
    );
  });

  it('is one all the same when nobody may look at its Job', async () => {
    const shop = new Shop();
    shop.kube.failNext('get pods', kubeError(403, 'Forbidden'));
    await shop.backup({ BAK_LABEL_VS_TYPE: 'cronjob', BAK_LABEL_VS_POD: 'pod-1' });
    expect(shop.snapshots[0]?.metadata.labels?.[label.type]).toBe('cronjob');
  });
});
