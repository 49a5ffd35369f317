import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cronJobTables } from '../../src/cli/known-settings.ts';
import { withNamesOf } from '../../src/cli/setting-names.ts';
import { settingName, withSettingNames } from '../../src/settings/setting-name.ts';
import { fromSnapshotSettings } from '../../src/restore/dump/settings.ts';
import { restoreSettings } from '../../src/restore/volume/settings.ts';
import { postgres } from '../../src/databases/postgres/postgres.ts';
import { createSettings } from '../../src/backup/settings/create.ts';
import { rebindSettings } from '../../src/orphans/rebind-settings.ts';
import { deleteSettings } from '../../src/retention/delete/settings.ts';
import { downloadSettings, dumpSettings, serverSettings } from '../../src/databases/operations/settings.ts';
import { restoreDatabaseSettings } from '../../src/databases/restore/settings.ts';
import { retainSettings } from '../../src/retention/retain/settings.ts';

it('a setting is called by the name that its face has for it', () => {
  const sentence = `There is no PVC 'data'; set ${settingName('pvcs')} to one of: data-0`;
  expect(withSettingNames(sentence, (key) => (key === 'pvcs' ? 'the field PVC' : undefined))).toBe(
    "There is no PVC 'data'; set the field PVC to one of: data-0",
  );
});

it.each([
  ['set ⟪pvcs⟫ to one of them', createSettings.table, 'set BAK_PVC_NAME to one of them'],
  ['set ⟪quiesce⟫=sync', createSettings.table, 'set BAK_QUIESCE=sync'],
  ['⟪dryRun⟫', createSettings.table, 'BAK_DRY_RUN'],
  ['⟪dryRun⟫', retainSettings.table, 'RETAIN_DRY_RUN'],
  ['⟪dryRun⟫', restoreSettings.table, '--dry-run'],
  ['set ⟪storageClass⟫ to another', restoreSettings.table, 'set --storage-class to another'],
  ['go on with ⟪--namespace⟫ a ⟪--name⟫ b', rebindSettings.table, 'go on with --namespace a --name b'],
  ['or give ⟪evenTheLast⟫', deleteSettings.table, 'or give --even-the-last'],
  ['name it in ⟪labelTiers⟫ of create', retainSettings.table, 'name it in BAK_LABEL_VS_TIERS of create'],
  ['⟪noSuchSetting⟫ and ⟪⟫', retainSettings.table, '⟪noSuchSetting⟫ and ⟪⟫'],
  ['⟪toString⟫', retainSettings.table, '⟪toString⟫'],
])('%s is written with the names of the command', (sentence, table, written) => {
  expect(withNamesOf(table)(sentence)).toBe(written);
});

it.each([
  ['check ⟪postgresUser postgresPassword postgresPort⟫', 'check BAK_DB_POSTGRES_USER, _PASSWORD and _PORT'],
  ['⟪pvcs timeZone⟫', 'BAK_PVC_NAME and TZ'],
  ['⟪pvcs noSuchSetting⟫', '⟪pvcs noSuchSetting⟫'],
  ["with: restore ⟪--postgresDumpFile⟫ 'x'", "with: restore --db-postgres-dump-file 'x'"],
])('%s, of several settings or in a command line, is written as %s', (sentence, written) => {
  expect(withNamesOf(createSettings.table)(sentence)).toBe(written);
});

it('every setting that a sentence of the sources speaks of is in a table', () => {
  const byHand = [
    downloadSettings.table,
    dumpSettings.table,
    restoreDatabaseSettings({ restoresBeside: true }).table,
    serverSettings(postgres).table,
    fromSnapshotSettings.table,
    restoreSettings.table,
    deleteSettings.table,
    rebindSettings.table,
  ];
  const keys = new Set([...cronJobTables, ...byHand].flatMap((table) => Object.keys(table)));
  const spoken = globSync('src/**/*.ts')
    .filter((file) => !file.endsWith('setting-name.ts'))
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/⟪(?:--)?(\w+)⟫/g)].map(([, key]) => `${file}: ${key}`),
    );
  expect(spoken.length).toBeGreaterThan(20);
  expect(spoken.filter((one) => !keys.has(one.split(': ')[1] ?? ''))).toEqual([]);
});
