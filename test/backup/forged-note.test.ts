import { describe, expect, it } from 'vitest';
import { thawScript } from '../../src/backup/quiesce/freeze-script.ts';
import { groupApi } from '../../src/snapshots/csi/group-api.ts';
import { leases, volumeSnapshots } from '../../src/kube/resources.ts';
import { annotation, label } from '../../src/snapshots/labels.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { kubeError } from '../support/fake-kube.ts';
import { object, snapshotObject } from '../support/objects.ts';
import { Shop } from './shop.ts';

const groups = groupApi('v1').snapshots;
const months = ['august', 'september', 'october'];

/** Three good backups, of which the last is of two volumes and a group, and a lease on which anybody may have written. */
function openShop(note: unknown): Shop {
  const shop = new Shop();
  for (const [index, name] of months.entries()) {
    const labels = {
      [label.pvc]: 'data',
      [label.retain]: 'daily_weekly_monthly',
      [label.backup]: name,
      [label.monthly]: `2026-0${8 + index}`,
    };
    shop.kube.put(volumeSnapshots, snapshotObject(name, labels, { readyToUse: true }));
  }
  // Not ready now, as while a content is missing.
  const files = { [label.pvc]: 'files', [label.backup]: 'october', [label.monthly]: '2026-10' };
  shop.kube.put(volumeSnapshots, snapshotObject('october-files', files, { readyToUse: false }));
  shop.kube.put(
    groups,
    object('VolumeGroupSnapshot', { name: 'october', labels: { [label.backup]: 'october' } }),
  );
  const text = typeof note === 'string' ? note : JSON.stringify(note);
  const annotations = { 'backup-ns.sh/quiesced': text };
  const spec = { acquireTime: '2020-01-01T00:00:00.000000Z' };
  shop.kube.put(leases, object('Lease', { name: 'backup-ns', annotations }, { spec }));
  return shop;
}

const empty = { hooks: [], frozen: [], snapshots: [], groups: [] };

describe('a note of what to undo that somebody else has written', () => {
  it.each([
    ['snapshots of good backups', { ...empty, snapshots: [...months, 'october-files'] }],
    ['as an older version wrote it', { hooks: [], frozen: [], snapshots: months }],
    ['one with the id of a good backup', { ...empty, backup: 'october', snapshots: ['october', 'nothing'] }],
    ['a good group', { ...empty, groups: ['october'] }],
    ['all of it', { ...empty, snapshots: months, groups: months }],
  ])('%s: takes nothing from any of them', async (_, note) => {
    const shop = openShop(note);
    const before = structuredClone([...shop.snapshots, ...shop.kube.all(groups)]);
    const { snapshots } = await shop.backup();
    const made = new Set(snapshots.map(({ name }) => name));
    const after = shop.snapshots.filter(({ metadata }) => !made.has(metadata.name ?? ''));
    expect([...after, ...shop.kube.all(groups)]).toEqual(before);
    expect(shop.note).toBeUndefined();
  });

  it('is over for what is settled, also when the backup then fails', async () => {
    const shop = openShop({ ...empty, snapshots: ['october', 'nothing'] });
    const list = shop.kube.list.bind(shop.kube);
    shop.kube.list = (...given) => {
      if (shop.note?.includes('october') !== true) throw kubeError(403, 'Forbidden');
      return list(...given);
    };
    await expect(shop.backup()).rejects.toThrow('Forbidden');
    expect(shop.note).toBeUndefined();
  });

  it('that names the PVC of another app thaws nothing of that, and leaves it to who has frozen it', async () => {
    const shop = openShop({ ...empty, frozen: ['files'] });
    shop.addVolume('files');
    await shop.backup();
    expect(shop.execs.flatMap(({ command }) => command)).not.toContain(thawScript);
    expect(JSON.parse(shop.note ?? '')).toEqual({ ...empty, frozen: ['files'] });
  });

  it.each<[string, unknown]>([
    ['no JSON', '{"hooks":'],
    ['a list', []],
    ['null', 'null'],
    ['names that are none', { ...empty, frozen: ['../../pods'] }],
    ['names with blanks', { ...empty, groups: [' '.repeat(60_000)] }],
    ['a hook that could not be configured', { ...empty, hooks: ['x'.repeat(64)] }],
    ['numbers', { ...empty, snapshots: [1] }],
    ['more names than any backup has', { ...empty, snapshots: Array.from({ length: 1001 }, () => 'a') }],
    ['256 KiB', { ...empty, snapshots: ['a'.repeat(262_000)] }],
    ['deep nesting', '['.repeat(100_000)],
  ])(
    '%s: ends the backup before it does anything, and is quoted with no more than 100 characters',
    async (_, note) => {
      const shop = openShop(note);
      const error = await rejectionOf(shop.backup());
      expect(error).toMatchObject({ reason: 'preflight' });
      expect((error as Error).message.length).toBeLessThan(420);
      expect((error as Error).message).not.toContain('\n');
      expect(shop.execs).toEqual([]);
      expect(shop.snapshots.filter(({ metadata }) => metadata.annotations?.[annotation.failed])).toEqual([]);
    },
  );
});
