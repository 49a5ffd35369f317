import { expect, it } from 'vitest';
import { createBackup } from '../../src/backup/create.ts';
import { listSnapshots } from '../../src/catalogue/list-snapshots.ts';
import { persistentVolumeClaims, storageClasses } from '../../src/kube/resources.ts';
import { restoreVolume } from '../../src/restore/volume/restore-volume.ts';
import { restoreSettings } from '../../src/restore/volume/settings.ts';
import { deleteNamed } from '../../src/retention/delete/delete-named.ts';
import { hold } from '../../src/retention/hold/hold.ts';
import { markAndDelete } from '../../src/retention/mark-and-delete/mark-and-delete.ts';
import { markAndDeleteSettings } from '../../src/retention/mark-and-delete/settings.ts';
import { retain } from '../../src/retention/retain/retain.ts';
import { retainSettings } from '../../src/retention/retain/settings.ts';
import { readSettings } from '../../src/settings/read.ts';
import { Shop } from '../backup/shop.ts';
import { sourcesOf } from '../settings/sources.ts';
import { MemoryProvider } from '../support/memory-provider.ts';
import { RecordingCaller } from '../support/recording-caller.ts';
import { object } from '../support/objects.ts';

const all = { tiers: [], adhoc: false, marked: false, held: false, failed: false, pvc: undefined };
const day = 24 * 60 * 60_000;

/** A shop whose snapshots no VolumeSnapshot stands for. */
function openShop() {
  const shop = new Shop();
  const snapshots = new MemoryProvider(shop.context.clock);
  const context = { ...shop.context, snapshots };
  const pass = (milliseconds: number): void => {
    shop.context.clock.advance(milliseconds);
    shop.kube.time = shop.context.clock.now();
  };
  return { shop, snapshots, context, pass };
}

it('backups of a kind of snapshots that nobody knows are made, retained, marked, deleted and restored', async () => {
  const { shop, snapshots, context, pass } = openShop();
  const policy = { RETAIN_LAST_DAILY: '2', RETAIN_LAST_WEEKLY: '2', RETAIN_LAST_MONTHLY: '1' };
  const keep = () => retain(readSettings(retainSettings, sourcesOf(policy)).settings, context);
  const sweep = () =>
    markAndDelete(
      readSettings(markAndDeleteSettings, sourcesOf({ MARK_AND_DELETE_PAUSE: '0' })).settings,
      context,
    );
  for (let night = 0; night < 4; night++) {
    await createBackup(shop.settings({ BAK_LABEL_VS_KEEP_DAYS: '0' }), context);
    pass(day);
  }
  const [oldest = '', second = '', third = '', newest = ''] = snapshots.names;

  expect(await hold({ snapshots: [oldest], namespace: 'shop' }, context)).toMatchObject({ failed: [] });
  expect((await keep()).changed.map(({ name }) => name)).toEqual([second]);
  expect((await sweep()).marked.map(({ name }) => name)).toEqual([second]);
  pass(4 * day);
  expect((await sweep()).deleted.map(({ name }) => name)).toEqual([second]);
  const listed = await listSnapshots('shop', all, context);
  expect(listed.snapshots.map(({ name }) => name)).toEqual([oldest, third, newest]);
  expect(snapshots.names).toEqual([oldest, third, newest]);

  const darkroom = object('StorageClass', { name: 'prints' }, { provisioner: 'darkroom' });
  shop.kube.put(storageClasses, darkroom);
  const flags = { snapshot: newest, pvc: 'restored', wait: 'false' };
  const { settings } = readSettings(restoreSettings, sourcesOf({}, flags));
  expect(await restoreVolume(settings, new RecordingCaller(), context)).toMatchObject({
    pvc: 'restored',
    storageClass: 'prints',
  });
  const claims = shop.kube.all(persistentVolumeClaims);
  expect(claims.find(({ metadata }) => metadata.name === 'restored')?.spec).toMatchObject({
    dataSource: { apiGroup: 'test', kind: 'Photo', name: newest },
  });
  expect(shop.kube.calls.filter((call) => call.includes('snapshot'))).toEqual([]);
});

it('a person is told of such snapshots by the name of their kind', async () => {
  const { shop, snapshots, context } = openShop();
  await createBackup(shop.settings(), context);
  const [only = ''] = snapshots.names;
  const wish = { snapshots: [only, 'none'], namespace: 'shop', evenTheLast: false, yes: true };
  const refused = deleteNamed(wish, new RecordingCaller(), context);
  await expect(refused).rejects.toMatchObject({
    result: {
      failed: [
        {
          error: `Photo '${only}' in namespace 'shop' is the last ready backup of its volume; make another first, or give ⟪evenTheLast⟫`,
        },
        { error: expect.stringMatching(/^There is no Photo 'none' in namespace 'shop'; /) as string },
      ],
    },
  });
  expect(snapshots.names).toEqual([only]);
});
