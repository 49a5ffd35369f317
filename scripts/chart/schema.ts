import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { createSettings } from '../../src/backup/settings/create.ts';
import { syncMetadataSettings } from '../../src/orphans/sync-metadata-settings.ts';
import { markAndDeleteSettings } from '../../src/retention/mark-and-delete/settings.ts';
import { retainSettings } from '../../src/retention/retain/settings.ts';
import type { SettingsTable } from '../../src/settings/schema.ts';
import { chartFolder, valuesText } from './defaults.ts';
import { schemaOfValue, sections, type Schema } from './schema-of-value.ts';
import { settingsSchema } from './setting-schema.ts';
import { valuesWords } from './values-words.ts';

export const schemaPath = join(chartFolder, 'values.schema.json');

/** By the value of the chart that has them as its `settings`. */
export const tables: Readonly<Record<string, SettingsTable>> = {
  create: createSettings.table,
  retain: retainSettings.table,
  markAndDelete: markAndDeleteSettings.table,
  syncMetadata: syncMetadataSettings.table,
};

/**
 * values.schema.json, of what values.yaml says and the tables of settings, so that helm refuses a name that is misspelt or a value
 * of another type: otherwise the first who notices is the Job, at night.
 */
export function chartSchema(): Schema {
  const defaults = load(valuesText) as Record<string, unknown>;
  const words = new Map(valuesWords(valuesText).map((one) => [one.path, one.words]));
  const values = Object.entries(defaults).map(([name, value]) => [
    name,
    sections.has(name)
      ? sectionSchema(name, value as object, words)
      : schemaOfValue(name, value, words.get(name)),
  ]);
  const properties = Object.fromEntries(values) as Record<string, Schema>;
  properties['backups'] = { ...properties['backups'], ...backups };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    additionalProperties: false,
    properties: { global: { type: 'object', description: 'Values of the charts around it.' }, ...properties },
  };
}

/** Each name is the end of that of a CronJob. (Of `propertyNames` helm says a wrong place.) */
const backups: Schema = {
  patternProperties: { '^[a-z0-9]([-a-z0-9]{0,18}[a-z0-9])?$': { $ref: '#/properties/create' } },
  additionalProperties: false,
};

/** Before 0.2 it said whether there is a folder on the node. Values of then are still taken. */
const locksEnabled: Schema = {
  type: 'boolean',
  description: 'As of version 0.1: true is the kind hostPath, false the kind none.',
};

function sectionSchema(section: string, values: object, words: ReadonlyMap<string, string>): Schema {
  const properties = Object.entries(values).map(([name, value]) => {
    const path = `${section}.${name}`;
    const table = name === 'settings' ? tables[section] : undefined;
    const schema = table
      ? { description: words.get(path), ...settingsSchema(table) }
      : schemaOfValue(path, value, words.get(path));
    return [name, schema];
  });
  if (section === 'locks') properties.push(['enabled', locksEnabled]);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(properties) as Schema,
  };
}

/** As it is in the chart. */
export function writtenSchema(): Schema {
  return JSON.parse(readFileSync(schemaPath, 'utf8')) as Schema;
}
