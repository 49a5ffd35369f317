import { defaultWords } from '../../src/settings/flags.ts';
import type { SettingsTable } from '../../src/settings/schema.ts';
import { fileVariable, type Bounds, type Setting } from '../../src/settings/setting.ts';
import { durationPattern, numberPattern } from './patterns.ts';
import type { Schema } from './schema-of-value.ts';

/** The settings of a CronJob, by the names of their variables. The time zone is not among them, as it is a value of its own. */
export function settingsSchema(table: SettingsTable): Schema {
  const properties = Object.fromEntries(
    Object.values(table)
      .filter(({ name, place }) => place === 'variable' && name !== 'TZ')
      .flatMap((setting) => {
        const one: [string, Schema][] = [[setting.name, schemaOfSetting(setting)]];
        const file = { type: ['string', 'null'], description: `The file that has ${setting.name}` };
        return setting.isSecret ? [...one, [fileVariable(setting.name), file] as [string, Schema]] : one;
      }),
  );
  return { type: 'object', additionalProperties: false, properties };
}

/** Null leaves a variable out, and an empty one is unset. */
function schemaOfSetting(setting: Setting<unknown>): Schema {
  const { format, name } = setting;
  const description = `${setting.description}${defaultWords(setting)}`;
  if (format.usage === '[boolean]') {
    const pattern = `^(|${['true', 'yes', 'false', 'no'].map(anyCase).join('|')}|0|1)$`;
    return { description, type: ['boolean', 'integer', 'string', 'null'], minimum: 0, maximum: 1, pattern };
  }
  if (format.bounds) return { description, ...bounded(format.usage, format.bounds) };
  const [, choices] = /^<(\w+(?:\|\w+)+)>$/.exec(format.usage) ?? [];
  if (choices) return { description, enum: [...choices.split('|'), '', null] };
  const scalars = ['string', 'number', 'boolean', 'null'];
  return { description, type: name === 'BAK_HOOKS' ? ['string', 'array', 'null'] : scalars };
}

/** What the program would refuse at night is refused before. */
function bounded(usage: string, { minimum, maximum, words = [] }: Bounds): Schema {
  const within =
    usage === '<number>' ? numberPattern(minimum, maximum) : durationPattern(maximum / 3_600_000);
  const pattern = `^(${['', ...words, within].join('|')})$`;
  if (usage === '<number>')
    return { type: ['integer', 'string', 'null'], minimum, maximum, maxLength: 15, pattern };
  // A number without a unit is no duration, but for 0 where that is one.
  return words.includes('0')
    ? { type: ['integer', 'string', 'null'], minimum: 0, maximum: 0, pattern }
    : { type: ['string', 'null'], pattern };
}

/** `[Nn][Oo]`: JSON Schema has no flag for it. */
function anyCase(word: string): string {
  return word.replaceAll(/./g, (letter) => `[${letter.toUpperCase()}${letter}]`);
}
