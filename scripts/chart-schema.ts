import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSettings } from '../src/backup/settings/create.ts';
import { markAndDeleteSettings } from '../src/retention/mark-and-delete/settings.ts';
import { retainSettings } from '../src/retention/retain/settings.ts';
import { syncMetadataSettings } from '../src/orphans/sync-metadata-settings.ts';
import type { SettingsTable } from '../src/settings/schema.ts';
import { fileVariable } from '../src/settings/setting.ts';

const path = join(import.meta.dirname, '..', 'charts', 'backup-ns', 'values.schema.json');

/** By the value of the chart that has them as its `settings`. */
const tables = {
  create: createSettings.table,
  retain: retainSettings.table,
  markAndDelete: markAndDeleteSettings.table,
  syncMetadata: syncMetadataSettings.table,
};

interface ChartSchema {
  readonly properties: Readonly<Record<keyof typeof tables, { properties: { settings: SettingsOfChart } }>>;
}

interface SettingsOfChart {
  propertyNames: { enum: readonly string[] };
}

export function chartSchema(): ChartSchema {
  return JSON.parse(readFileSync(path, 'utf8')) as ChartSchema;
}

/**
 * The schema with the names of the settings, so that helm refuses a name that is misspelt: else the first who notices is the
 * Job, at night. The time zone is not among them, as it is a value of its own.
 */
export function withSettingNames(schema: ChartSchema): ChartSchema {
  const copy = structuredClone(schema);
  for (const [value, table] of Object.entries(tables))
    copy.properties[value as keyof typeof tables].properties.settings.propertyNames = {
      enum: namesIn(table),
    };
  return copy;
}

function namesIn(table: SettingsTable): string[] {
  return Object.values(table)
    .filter(({ place }) => place === 'variable')
    .flatMap(({ name, isSecret }) => (isSecret ? [name, fileVariable(name)] : [name]))
    .filter((name) => name !== 'TZ');
}

if (import.meta.main) writeFileSync(path, JSON.stringify(withSettingNames(chartSchema()), undefined, 2));
