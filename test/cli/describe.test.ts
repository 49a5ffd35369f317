import { expect, it } from 'vitest';
import { createBackup } from '../../src/backup/create.ts';
import { describe as command } from '../../src/cli/describe.ts';
import { descriptionText, type Described } from '../../src/cli/description-text.ts';
import { restoreCommands } from '../../src/cli/restore-commands.ts';
import { persistentVolumeClaims } from '../../src/kube/resources.ts';
import { annotation, label } from '../../src/snapshots/labels.ts';
import { Shop } from '../backup/shop.ts';
import { rowOf } from '../catalogue/support.ts';
import { fakeTerminal } from '../support/fake-terminal.ts';
import { MemoryProvider } from '../support/memory-provider.ts';
import { callsIn } from '../support/pasted.ts';
import { readCall } from '../support/read-call.ts';

const plain = { colour: false };

/** A shop whose snapshots no VolumeSnapshot stands for, with a backup of two volumes. */
async function backedUp(environment: Record<string, string> = {}) {
  const shop = new Shop();
  shop.addVolume('media');
  const snapshots = new MemoryProvider(shop.context.clock);
  const context = { ...shop.context, snapshots };
  await createBackup(shop.settings({ BAK_PVC_NAME: 'data,media', ...environment }), context);
  shop.context.clock.advance(3 * 24 * 60 * 60_000);
  const [name = ''] = snapshots.names;
  const describe = async (program?: string): Promise<Described> => {
    const call = { rows: [], output: 'text', terminal: fakeTerminal(), ...(program && { program }) };
    const described = await command.run({ name, namespace: undefined }, context, call);
    if (!described) throw new Error('Nothing was described');
    return described;
  };
  const change = async (patch: { labels?: Record<string, string>; annotations?: Record<string, string> }) => {
    const stored = await snapshots.find({ namespace: 'shop', name });
    const { resourceVersion = '' } = stored?.metadata ?? {};
    await snapshots.patch({ namespace: 'shop', name }, { resourceVersion, ...patch });
  };
  return { shop, name, describe, change };
}

it('a person sees all of a snapshot before a restore: what, when, how long, whose, and the commands', async () => {
  const { describe } = await backedUp({ BAK_QUIESCE: 'none' });
  expect(descriptionText(await describe(), plain)).toMatchInlineSnapshot(`
    "Name:        data-2026-11-20-000000-cccccc
    Namespace:   shop
    PVC:         data, which is the same PVC today
    Taken:       2026-11-20T00:00:00Z, 3d ago
    State:       ready
    Stands for:  daily=2026-11-20, weekly=2026-w47, monthly=2026-11 (type adhoc)
    Kept:        stays: stands for 2026-11-20, 2026-w47, 2026-11 (days of UTC)
    Not before:  2026-12-04, as a person made it
    Verified:    never: nobody has noted a test restore of it
    Size:        1.0 GiB
    Class:       -
    Deletion:    the storage does not say
    Content:     negative-of-data-2026-11-20-000000-cccccc
    Backup:      2026-11-20-000000-cccccc, with PVC media (media-2026-11-20-000000-cccccc)
    Quiesced:    nothing, so only dumps are consistent by themselves

    Dumps of this backup, each on one of its PVCs:
    DATABASE                               ENGINE         TOOL  SIZE     DUMP                              SHA256
    shop                                   postgres 17.2  17.4  1.2 KiB  /data/dump.sql.gz                 abababababababababababababababababababababababababababababababab
    shop (its owner, rights and settings)  postgres 17.2  17.4  567 B    /data/dump.sql.gz.properties.sql  abababababababababababababababababababababababababababababababab

    Restore:
      # A new PVC beside what runs; --dry-run shows it before
      backup-ns restore -n shop data-2026-11-20-000000-cccccc --pvc data-restored --wait
      # The database of PostgreSQL, from its dump on this snapshot
      backup-ns postgres restore -n shop --snapshot data-2026-11-20-000000-cccccc"
  `);
});

it('each line to restore is read by its command, and leaves the settings to that', async () => {
  const { describe } = await backedUp();
  const { commands, name } = await describe();
  const calls = callsIn(commands.map(({ line }) => line).join('\n'));
  const read = await Promise.all(calls.map((words) => readCall(words)));
  expect(read).toMatchObject([
    { name: 'restore', flags: { snapshot: name, pvc: 'data-restored', namespace: 'shop' } },
    { name: 'restore', flags: { BAK_NAMESPACE: 'shop', snapshot: name } },
  ]);
  expect(Object.keys(read[1]?.flags ?? {}).toSorted()).toEqual(['BAK_NAMESPACE', 'snapshot']);
  expect(JSON.stringify(commands)).not.toContain('sesame');
});

it('the lines name the program as it was called', async () => {
  const { describe } = await backedUp();
  const { commands } = await describe('kubectl backup-ns');
  expect(commands.map(({ line }) => line.split(' -n ')[0])).toEqual([
    'kubectl backup-ns restore',
    'kubectl backup-ns postgres restore',
  ]);
});

it('whatever somebody has written on a snapshot steers no terminal, and is no command when it is pasted', async () => {
  const { describe, change } = await backedUp();
  const evil = `x'; touch /tmp/evil\n\u001B[2J\u202E$(id)`;
  const dump = (database: string) => ({ engine: 'postgres', database, path: evil, warnings: [evil] });
  await change({
    annotations: {
      [annotation.dump]: JSON.stringify([dump(evil), dump(`o'brien $(id) "`), dump('--yes')]),
      [annotation.envConfig]: JSON.stringify({
        BAK_DB_POSTGRES_HOST: '$(id)',
        BAK_DB_POSTGRES_EXEC_RESOURCE: evil,
        BAK_DB_POSTGRES_USER: "o'brien $(id)",
        BAK_QUIESCE: evil,
        BAK_HOOKS: evil,
      }),
    },
  });
  const described = await describe();
  const text = descriptionText(described, plain);
  // oxlint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u202E]/);
  expect(text.split('\n').filter((line) => /^\s*touch/.test(line))).toEqual([]);
  const pasted = text.slice(text.indexOf('Restore:\n') + 'Restore:\n'.length);
  const read = await Promise.all(callsIn(pasted).map((words) => readCall(words)));
  expect(read.map(({ flags }) => flags)).toMatchObject([
    { pvc: 'data-restored' },
    { database: `o'brien $(id) "` },
    { database: '--yes' },
  ]);
  // No place that somebody has written there, and no consent.
  const given = new Set(read.slice(1).flatMap(({ flags }) => Object.keys(flags)));
  expect(given).toEqual(new Set(['BAK_NAMESPACE', 'snapshot', 'database']));
});

it('what cannot be read, or not be seen, is said to be so', async () => {
  const { shop, describe, change } = await backedUp();
  await change({
    labels: { [label.hold]: 'yes', [label.backup]: 'not,a=value' },
    annotations: { [annotation.dump]: '{"path":1}', [annotation.envConfig]: '[' },
  });
  shop.kube.remove(persistentVolumeClaims, 'data');
  const text = descriptionText(await describe(), plain);
  expect(text).toContain('which is not there any more');
  expect(text).toMatch(/^Kept: +stays until it is released: held by a user, with a label that says neither/m);
  expect(text).toMatch(/^Backup: +not,a=value, whose other snapshots cannot be told$/m);
  expect(text).toMatch(/^Quiesced: +not recorded$/m);
  expect(text).toContain('Dumps of this backup: what is recorded of them cannot be read');
});

it.each([
  [{ ready: false }, 'there', 'it is not ready'],
  [{ ready: false, failed: 'no space' }, 'there', 'no space'],
  [{ ready: true, deleting: true }, 'there', 'it is on its way out'],
  [{ ready: true }, 'lost', 'the storage has nothing of it any more'],
  [{ ready: true }, 'none', 'the storage has nothing of it'],
] as const)('what cannot be restored has no commands, and the reason: %o, %s', (row, data, why) => {
  const described: Described = {
    ...rowOf(row),
    describedAt: new Date('2026-11-21T12:00:00Z'),
    timeZone: 'UTC',
    next: 'stays',
    storage: { data },
    claim: { state: 'same' },
    dumps: [],
    settings: {},
    commands: [],
  };
  expect(restoreCommands(described)).toEqual([]);
  expect(descriptionText(described, plain)).toContain(`Restore: nothing can be restored from it: ${why}`);
});
