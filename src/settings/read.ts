import { ProblemsError } from '../core/errors.ts';
import { unknownNames } from './unknown-names.ts';
import type { SettingsSchema, SettingsTable, Values } from './schema.ts';
import { nameOf, type Setting } from './setting.ts';
import { find, type Found, type Origin, type Sources } from './sources.ts';
import { hasControlCharacter } from './formats.ts';
import { parseCredential } from './credential.ts';
import { quoted } from '../core/quoted.ts';
import { withoutSecrets } from '../core/without-secrets.ts';

/** One line of `backup-ns env`; `value` is what a user would write, and '' when unset. */
export interface SettingRow {
  readonly name: string;
  readonly value: string;
  readonly origin: Origin;
  readonly isSecret: boolean;
}

/**
 * Every setting of a command, from flags, environment, files and defaults.
 * Throws one `ProblemsError` that names everything that is wrong.
 */
export function readSettings<Table extends SettingsTable, Settings>(
  schema: SettingsSchema<Table, Settings>,
  sources: Sources,
): Read<Settings> {
  const read = tryReadSettings(schema, sources);
  if ('refusal' in read) throw read.refusal;
  return read;
}

interface Read<Settings> {
  readonly settings: Settings;
  readonly rows: readonly SettingRow[];
}

/** Where they are refused, with those that can be read all the same, each by itself: a file may be one that is read once. */
export function tryReadSettings<Table extends SettingsTable, Settings>(
  schema: SettingsSchema<Table, Settings>,
  sources: Sources,
): Read<Settings> | { readonly refusal: ProblemsError; readonly readable: Partial<Values<Table>> } {
  const { values, rows, problems } = evaluate(schema, sources);
  if (problems.length > 0) return { refusal: new ProblemsError('settings', problems), readable: values };
  return { settings: schema.build(values as Values<Table>), rows };
}

/** What `readSettings` would go by, for people: shown also where it would fail, beside the problems. */
export function effectiveSettings<Table extends SettingsTable, Settings>(
  schema: SettingsSchema<Table, Settings>,
  sources: Sources,
): { readonly rows: readonly SettingRow[]; readonly problems: readonly string[] } {
  const { rows, problems } = evaluate(schema, sources);
  return { rows, problems };
}

/**
 * What is wrong with what is given, whatever is remembered of the others: of each setting by itself, and between them as far as it
 * is known by now.
 */
export function givenProblems<Table extends SettingsTable, Settings>(
  schema: SettingsSchema<Table, Settings>,
  sources: Sources,
): { readonly certain: readonly string[]; readonly all: readonly string[] } {
  const { own, problems } = evaluate(schema, sources);
  return { certain: own, all: problems };
}

/**
 * The settings that may be recorded on a snapshot: no secrets, not even masked ones, nothing unset, and of a long one its
 * beginning.
 */
export function recordable(rows: readonly SettingRow[]): Record<string, string> {
  const shown = rows.filter(({ isSecret, value }) => !isSecret && value !== '');
  return Object.fromEntries(shown.map(({ name, value }) => [name, shortened(value)]));
}

/** In characters; an object has room for 256 KiB of annotations in all. */
const maximumRecorded = 2000;

function shortened(value: string): string {
  if (value.length <= maximumRecorded) return value;
  return `${value.slice(0, maximumRecorded)}… (${value.length} characters)`;
}

function evaluate<Table extends SettingsTable, Settings>(
  schema: SettingsSchema<Table, Settings>,
  sources: Sources,
) {
  const entries = Object.entries(schema.table).map(([key, setting]) => {
    const found = find(setting, sources);
    return { key, row: rowOf(setting, found), result: parse(setting, found) };
  });
  const values = Object.fromEntries(
    entries.flatMap(({ key, result }) => ('value' in result ? [[key, result.value]] : [])),
  ) as Partial<Values<Table>>;
  const wrong = entries.flatMap(({ result }) => ('problem' in result ? [result.problem] : []));
  const unknown = unknownNames(sources);
  const typed = new Set(entries.filter(({ row }) => row.origin === 'flag').map(({ key }) => key));
  const problems = [...wrong, ...schema.check(values, typed), ...unknown];
  return { values, rows: entries.map(({ row }) => row), own: [...wrong, ...unknown], problems };
}

function parse(setting: Setting<unknown>, found: Found): { value: unknown } | { problem: string } {
  if ('problem' in found) return found;
  if (found.text === undefined) return { value: undefined };
  const parsed = setting.format.parse(found.text);
  if ('value' in parsed) return parsed;
  const isHidden = setting.isSecret || found.isSecret === true || setting.format.shown !== undefined;
  if (found.of !== undefined) {
    const text = isHidden ? 'not usable' : quoted(withoutSecrets(found.text));
    return {
      problem: `${nameOf(setting)} of ${found.of} is ${text}, and must be ${parsed.expected}; give it here`,
    };
  }
  const shown = isHidden ? 'not usable' : quote(found.text);
  return { problem: `${nameOf(setting)} is ${shown}; it must be ${parsed.expected}` };
}

function rowOf({ name, format, ...setting }: Setting<unknown>, found: Found): SettingRow {
  const isSecret = setting.isSecret || ('text' in found && found.isSecret === true);
  const text = 'problem' in found ? '' : (found.text ?? '');
  const shown = (): string => (format.shown && text !== '' ? format.shown(text) : withoutSecrets(text));
  return { name, value: isSecret ? masked(text) : shown(), origin: found.origin, isSecret };
}

/** A reference to a variable of the database's container is not a secret, and worth seeing. */
function masked(text: string): string {
  return text === '' || parseCredential(text).from === 'container' ? text : '***';
}

const maximumQuoted = 200;

/** Shows a line break or a tab at the end of a value, which is what is wrong with it then. */
function quote(text: string): string {
  const beginning = text.length <= maximumQuoted ? text : `${text.slice(0, maximumQuoted)}…`;
  const shown = withoutSecrets(beginning);
  return `'${hasControlCharacter(shown) ? JSON.stringify(shown).slice(1, -1) : shown}'`;
}
