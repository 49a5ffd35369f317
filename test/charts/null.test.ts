import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { defaultsTemplate, valuesText } from '../../scripts/chart/defaults.ts';
import { sections } from '../../scripts/chart/schema-of-value.ts';
import { exhaustively, sampled } from '../support/exhaustive.ts';
import { chart, helm } from './helm.ts';
import { everything, rendered, said } from './rendered.ts';

const defaults = load(valuesText) as Record<string, Record<string, unknown>>;

/** Every value by its path, but what has to be said. */
const paths = Object.entries(defaults)
  .flatMap(([name, value]) => [
    [name],
    ...(sections.has(name) ? Object.keys(value).map((inner) => [name, inner]) : []),
  ])
  .filter((path) => !['create', 'create.settings', 'backups'].includes(path.join('.')));

test('the defaults in the templates are those of values.yaml; npm run docs writes them anew', () => {
  expect(readFileSync(join(chart, 'templates', '_defaults.tpl'), 'utf8')).toBe(defaultsTemplate());
});

describe.skipIf(helm === undefined)('a value that is null', { timeout: 60_000 }, () => {
  test.each(sampled(paths, 3))('has its default: %s %s', async (name, inner) => {
    const given = structuredClone(everything) as Record<string, Record<string, unknown> | null>;
    if (inner === undefined) given[name] = null;
    else given[name] = { ...given[name], [inner]: null };
    // What is switched off by default is so, too.
    const expected = structuredClone(everything) as Record<string, Record<string, unknown>>;
    if (inner === undefined) delete expected[name];
    else delete expected[name]?.[inner];
    expect(await rendered(given)).toEqual(await rendered(expected));
  });

  test('leads to the sentence of what is to be said where nothing is left', async () => {
    for (const create of [null, { settings: null }])
      await expect(rendered({ create })).rejects.toThrow('set create.settings.BAK_PVC_NAME to');
  });
});

describe.skipIf(helm === undefined)(
  'values that an earlier version did not have',
  { timeout: 60_000 },
  () => {
    const withValues = async <T>(values: string, use: (folder: string) => Promise<T>): Promise<T> => {
      const folder = mkdtempSync(join(tmpdir(), 'chart-'));
      try {
        cpSync(chart, folder, { recursive: true });
        writeFileSync(join(folder, 'values.yaml'), values);
        return await use(folder);
      } finally {
        rmSync(folder, { recursive: true });
      }
    };

    test('have their defaults in an upgrade with --reuse-values, which brings the old file of values', async () => {
      const objects = await withValues('create: { enabled: true }\nretain: { enabled: true }', (folder) =>
        rendered({ create: { settings: said } }, { folder }),
      );
      expect(objects).toEqual(await rendered({ create: { settings: said }, retain: { enabled: true } }));
    });

    test('keep the lock files of the node where version 0.1 had them', async () => {
      const old = 'locks: { enabled: true, hostPath: /mnt/host-backup-locks, prepare: true }';
      const objects = await withValues(old, (folder) => rendered({ create: { settings: said } }, { folder }));
      const locks = { kind: 'hostPath' };
      expect(objects).toEqual(await rendered({ create: { settings: said }, locks }));
    });

    exhaustively.test.each([
      [true, 'hostPath'],
      [false, 'none'],
    ])('may still be locks.enabled=%s, which is the kind %s', async (enabled, kind) => {
      const create = { settings: said };
      expect(await rendered({ create, locks: { enabled } })).toEqual(
        await rendered({ create, locks: { kind } }),
      );
    });
  },
);
