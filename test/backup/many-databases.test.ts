import { describe, expect, it } from 'vitest';
import { dumpRecord } from '../../src/databases/dump-record.ts';
import { annotation } from '../../src/snapshots/labels.ts';
import { sentBy } from '../support/script-of.ts';
import { goodCheck, sha256, Shop } from './shop.ts';

const octal = (name: string) =>
  Array.from(Buffer.from(name), (byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('');

/** A shop with so many databases, all of which are dumped. */
function shopWith(count: number, nameOf = (index: number) => `tenant_${index}_of_the_shop`) {
  const shop = new Shop();
  const names = Array.from({ length: count }, (_, index) => nameOf(index));
  const facts = names.map((name) => `name=${octal(name)}\n`).join('');
  shop.check = { stdout: (goodCheck as { stdout: string }).stdout.replace('end\n', `${facts}end\n`) };
  const proven = (index: number, bytes: number) => `begun=${index}\nproven=${index} ${bytes} ${sha256}\n`;
  // Each has its properties behind it.
  const files = 2 * count;
  const dumps = names.map((_, index) => proven(2 * index, 1000) + proven(2 * index + 1, 10)).join('');
  shop.dump = (options) => {
    const hasList = sentBy(options).includes('\nlist\n');
    return Promise.resolve({ stdout: `${dumps}${hasList ? proven(files, 77) : ''}end\n` });
  };
  return { shop, names, backup: () => shop.backup({ BAK_DB_POSTGRES_DB: '*' }) };
}

const annotationsOf = ({ shop }: ReturnType<typeof shopWith>) =>
  shop.snapshots[0]?.metadata.annotations ?? {};

describe('a backup of all databases of a server', () => {
  it.each([700, 5000])(
    'that are %i is recorded in a few hundred bytes, with a list beside the dumps',
    async (count) => {
      const scene = shopWith(count);
      const { dumps } = await scene.backup();
      expect(dumps).toHaveLength(2 * count);
      const annotations = annotationsOf(scene);
      expect(Buffer.byteLength(JSON.stringify(annotations))).toBeLessThan(20_000);
      expect(JSON.parse(annotations[annotation.dump] ?? '')).toEqual([
        {
          engine: 'postgres',
          version: '17.2',
          toolVersion: '17.4',
          dumps: count,
          bytes: 1010 * count,
          startedAt: expect.any(String) as string,
          completedAt: expect.any(String) as string,
          list: { path: '/data/dump-list.json', bytes: 77, sha256 },
        },
      ]);
    },
  );

  it('keeps every exec short enough for a proxy, however many they are', async () => {
    const scene = shopWith(700);
    await scene.backup();
    const lengths = scene.shop.execs.map(({ command }) => encodeURIComponent(command.join('')).length);
    expect(Math.max(...lengths)).toBeLessThan(4000);
  });

  it('that are few is recorded with each of them, as ever', async () => {
    const scene = shopWith(20);
    const { dumps } = await scene.backup();
    expect(JSON.parse(annotationsOf(scene)[annotation.dump] ?? '')).toEqual(dumps);
  });

  it('is not a backup when the list has not been made', async () => {
    const scene = shopWith(700);
    const { dump } = scene.shop;
    scene.shop.dump = async (options) => {
      const { stdout = '' } = typeof dump === 'function' ? await dump(options) : dump;
      return { stdout: stdout.replace(/^proven=1400 .*$/m, '') };
    };
    await expect(scene.backup()).rejects.toThrow(/^The dump .* cannot be vouched for.{0,200}$/);
    expect(scene.shop.snapshots).toEqual([]);
  });

  it('is summed up by server, as each has a list of its own', () => {
    const one = {
      version: '1',
      toolVersion: '1',
      path: '/p',
      bytes: 1,
      sha256,
      startedAt: 'a',
      completedAt: 'b',
    };
    const listedIn = { path: '/list', bytes: 2, sha256 };
    const record = dumpRecord([
      { ...one, engine: 'postgres', listedIn },
      { ...one, engine: 'postgres', listedIn },
      { ...one, engine: 'mysql' },
    ]);
    expect(JSON.parse(record)).toMatchObject([{ dumps: 2, bytes: 2, list: listedIn }, { engine: 'mysql' }]);
  });
});

it('settings that are too long to be recorded are refused before anything is dumped', async () => {
  const shop = new Shop();
  const backup = shop.settings();
  const { createBackup } = await import('../../src/backup/create.ts');
  const request = { ...backup, recorded: { ...backup.recorded, BAK_X: 'x'.repeat(200_000) } };
  await expect(createBackup(request, shop.context)).rejects.toMatchObject({
    reason: 'preflight',
    message: expect.stringContaining('to be recorded on its snapshots') as string,
  });
  expect(shop.execs).toEqual([]);
});
