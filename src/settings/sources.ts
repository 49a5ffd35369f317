import { messageOf } from '../core/errors.ts';
import { isServiceLink } from './service-link.ts';
import { fileVariable, nameOf, type Machine, type Setting } from './setting.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The text of a file of this machine; undefined where it is larger than any secret. */
export type ReadFile = (path: string) => string | undefined;

/** Where settings come from; main passes `process.env` and what commander parsed. */
export interface Sources {
  readonly environment: Environment;
  /** What the command line says, by the names of the settings, as `flagsGiven` returns it. */
  readonly flags: Readonly<Record<string, string>>;
  readonly machine: Machine;
  /** The variables of all commands: one that begins as ours do and is none of them is misspelt. */
  readonly knownNames: ReadonlySet<string>;
  /**
   * Reads what `<name>_FILE` names. Only who started this program may name a file of this machine, so only the command line has
   * it: without it, as for what stands in a manifest, no file is ever read.
   */
  readonly readFile?: ReadFile;
  /** What others have written down of settings that nobody gives here, by their names. */
  readonly remembered?: ReadonlyMap<string, Remembered>;
}

/** The text of a setting, whether it is from a Secret, and who has it, as `CronJob 'backup'`; or the end of a sentence: why it cannot be had. */
export type Remembered =
  | { readonly text: string; readonly of: string; readonly isSecret?: true }
  | { readonly lost: string; readonly of: string };

export type Origin = 'flag' | 'environment' | 'file' | 'cluster' | 'default';

/** The text of one setting, `undefined` when it is neither given nor has a default; or why it cannot be had. */
export type Found =
  | {
      readonly text: string | undefined;
      readonly origin: Origin;
      readonly of?: string;
      /** Also where the setting is none. */
      readonly isSecret?: true;
    }
  | { readonly problem: string; readonly origin: Origin };

/** A flag beats the environment, and that what is remembered. */
export function find(setting: Setting<unknown>, sources: Sources): Found {
  return (
    given(setting, sources) ??
    remembered(setting, sources) ?? {
      text: fallbackText(setting, sources.machine),
      origin: 'default',
    }
  );
}

/** As a flag, a variable or a file; undefined when nobody gives it. */
export function given(setting: Setting<unknown>, sources: Sources): Found | undefined {
  return (
    findIn('flag', setting, sources.flags, sources.readFile) ??
    (setting.place === 'variable'
      ? findIn('environment', setting, withoutServiceLinks(setting, sources.environment), sources.readFile)
      : undefined)
  );
}

/** Only the text itself, and never the path of a file: that is one of another machine. */
function remembered(setting: Setting<unknown>, sources: Sources): Found | undefined {
  const found = setting.place === 'variable' ? sources.remembered?.get(setting.name) : undefined;
  if (!found) return undefined;
  const { of } = found;
  if ('text' in found) return { ...found, origin: 'cluster' };
  return { problem: `${nameOf(setting)} of ${of} ${found.lost}`, origin: 'cluster' };
}

function fallbackText({ fallback }: Setting<unknown>, machine: Machine): string | undefined {
  return typeof fallback === 'object' ? fallback.compute(machine) : fallback;
}

/** An empty variable is unset, as CronJob templates often leave them; an empty flag is a mistake of the caller's shell. */
function findIn(
  origin: 'flag' | 'environment',
  setting: Setting<unknown>,
  given: Environment,
  readFile: ReadFile | undefined,
): Found | undefined {
  const { name, isSecret } = setting;
  const file = { ...setting, name: fileVariable(name) };
  const text = given[name];
  const path = isSecret ? given[file.name] : undefined;
  if (origin === 'flag' && text === '') return { problem: emptyFlag(setting), origin };
  if (origin === 'flag' && path === '') return { problem: emptyFlag(file), origin };
  if (text && path)
    return { problem: `${nameOf(setting)} and ${nameOf(file)} are both given; keep one`, origin };
  if (path) return readSecret(nameOf(file), path, readFile);
  return text ? { text, origin } : undefined;
}

function emptyFlag(setting: Setting<unknown>): string {
  return `${nameOf(setting)} is given without a value; give one, or leave the flag out`;
}

/**
 * The path is not repeated: it is easily mistaken for the place of the secret itself. Editors and `kubectl create secret --from-file` leave one newline at the end; it is no
 * part of a secret.
 */
function readSecret(name: string, path: string, readFile: ReadFile | undefined): Found {
  const origin = 'file';
  if (!readFile)
    return { problem: `${name} names a file of another machine; give the secret itself`, origin };
  try {
    const text = readFile(path)?.replace(/\r?\n$/, '');
    if (text === undefined) {
      return { problem: `${name} names a file with more than 64 KiB; give that of the secret`, origin };
    }
    return text === ''
      ? { problem: `${name} names a file that is empty; put the secret there`, origin }
      : { text, origin };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : messageOf(error);
    return {
      problem: `${name} names a file that cannot be read (${code}); mount the secret there or correct the path`,
      origin,
    };
  }
}

function withoutServiceLinks({ name }: Setting<unknown>, environment: Environment): Environment {
  return isServiceLink(name, environment[name]) ? {} : environment;
}
