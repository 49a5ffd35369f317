import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../src/kube/object.ts';
import { pods, volumeSnapshotClasses } from '../../src/kube/resources.ts';
import { object } from '../support/objects.ts';
import { databasePod, Shop } from './shop.ts';

const warningsOf = ({ context }: Shop) => context.lines.filter(({ level }) => level === 40);

/** The pods of the database and of the backup, by their nodes. */
function shopOn(databaseNode: string | undefined, ownNode: string | undefined): Shop {
  const shop = new Shop();
  const on = (pod: KubeObject, nodeName: string | undefined): KubeObject => {
    const { spec } = pod as KubeObject & { spec: object };
    return { ...pod, spec: { ...spec, ...(nodeName !== undefined && { nodeName }) } };
  };
  shop.kube.put(pods, on(databasePod(), databaseNode));
  shop.kube.put(pods, on(object('Pod', { name: 'backup-1' }, { spec: {} }), ownNode));
  return shop;
}

const own = { BAK_LABEL_VS_POD: 'backup-1' };
const dry = { ...own, BAK_DRY_RUN: 'true' };
const otherNode = { msg: expect.stringContaining('another node than') as unknown, node: 'b', ownNode: 'a' };

describe('a backup on another node than its database', () => {
  it('says so, and warns where the slot that it takes is of the wrong node', async () => {
    const shop = shopOn('b', 'a');
    await shop.backup(own);
    expect(shop.context.lines).toContainEqual(expect.objectContaining({ ...otherNode, level: 30 }));
    const slotted = shopOn('b', 'a');
    await slotted.backup({ ...dry, BAK_FLOCK: 'true', BAK_FLOCK_DIR: '/tmp' });
    expect(warningsOf(slotted)).toMatchObject([
      { ...otherNode, msg: expect.stringContaining('slot') as unknown },
    ]);
  });

  it.each([
    ['a', 'a'],
    [undefined, 'a'],
    ['b', undefined],
  ])('says nothing where that is not so or not known: %s and %s', async (database, backup) => {
    const shop = shopOn(database, backup);
    await shop.backup(own);
    expect(shop.context.lines.filter(({ msg }) => msg.includes('another node'))).toEqual([]);
  });

  it('is made all the same where its own pod may not be read', async () => {
    const shop = shopOn('b', 'a');
    shop.kube.denied.add('get pods');
    expect((await shop.backup(own)).snapshots).toHaveLength(1);
  });
});

describe('a class', () => {
  it('that deletes the data with the namespace costs a warning, also in a dry run, and one that keeps it none', async () => {
    for (const environment of [own, dry]) {
      const shop = new Shop();
      const [kept] = shop.kube.all(volumeSnapshotClasses);
      await shop.backup(environment);
      expect(warningsOf(shop)).toEqual([]);
      shop.kube.put(volumeSnapshotClasses, { ...kept!, deletionPolicy: 'Delete' });
      await shop.backup(environment);
      expect(warningsOf(shop)).toMatchObject([
        { class: 'fast', msg: expect.stringContaining('deleted with their namespace') as unknown },
      ]);
    }
  });

  it('that is named is taken by its name where classes and volumes may not be looked at', async () => {
    const shop = new Shop();
    for (const denied of ['list volumesnapshotclasses', 'get persistentvolumes'])
      shop.kube.denied.add(denied);
    const { snapshots } = await shop.backup({ BAK_VS_CLASS_NAME: 'any' });
    expect(snapshots).toHaveLength(1);
    expect(shop.kube.calls).not.toContain('review list volumesnapshotclasses');
  });
});
