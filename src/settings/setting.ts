/** What reading a text gave: a value, or what the text should have been (the end of "it must be …"). */
export type Parsed<Value> = { readonly value: Value } | { readonly expected: string };

export interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
  /** What is taken beside them, such as `none`. */
  readonly words?: readonly string[];
}

/** How the text of a setting is written and read. */
export interface Format<Value> {
  /** The value's place in the flag's help, in commander's notation: `<count>`, or `[boolean]` where it may be left out. */
  readonly usage: string;
  parse(text: string): Parsed<Value>;
  /** All that it takes, where that is a few words. */
  readonly choices?: readonly string[];
  /** Of a number, and of a duration in milliseconds. */
  readonly bounds?: Bounds;
  /** What a flag without a variable has written when it stands without its value, which may be left out then. */
  readonly alone?: string;
  /**
   * Of what may hold a secret among other things: the part of the text that may be shown and recorded. A text that is wrong
   * is not shown at all then.
   */
  shown?(text: string): string;
}

/** What a default may depend on besides the text of the scheme. */
export interface Machine {
  /** The CPUs of the node, not the share that the container's limits leave: `os.cpus().length`. */
  readonly cpus: number;
}

/** A default that is computed, and its words for help and docs. */
export interface ComputedDefault {
  readonly words: string;
  compute(machine: Machine): string;
}

/**
 * Where it can be given: as a variable of the environment and a flag, only as a flag (what a person decides in the moment
 * must not lie around in an environment), or as a word after the command.
 */
export type SettingPlace = 'variable' | 'flag' | 'argument';

/** One setting: the single truth for its environment variable, its flag, its help and its docs. */
export interface Setting<Value> {
  /** That of its variable; of what has no variable, the words of its flag or argument: `storage-class`. */
  readonly name: string;
  readonly place: SettingPlace;
  /** One letter, for a flag that is written often. */
  readonly short?: string;
  readonly description: string;
  readonly format: Format<Value>;
  /** Written as a user would write it; absent when unset has a meaning of its own. */
  readonly fallback?: string | ComputedDefault;
  /** Never shown and never recorded; may also be given as the path of a file in `<name>_FILE`. */
  readonly isSecret: boolean;
}

export function setting<Value>(
  name: string,
  format: Format<Value>,
  fallback: string | ComputedDefault,
  description: string,
): Setting<Value> {
  return { name, place: 'variable', format, fallback, description, isSecret: false };
}

/** A setting that is `undefined` when it is not given. */
export function optionalSetting<Value>(
  name: string,
  format: Format<Value>,
  description: string,
): Setting<Value | undefined> {
  return { name, place: 'variable', format, description, isSecret: false };
}

export function secretSetting<Value>(
  name: string,
  format: Format<Value>,
  fallback: string,
  description: string,
): Setting<Value> {
  return { name, place: 'variable', format, fallback, description, isSecret: true };
}

/** A flag without a variable, which is `undefined` when it is not given. */
export function flag<Value>(
  name: string,
  format: Format<Value>,
  description: string,
  short?: string,
): Setting<Value | undefined> {
  return { name, place: 'flag', format, description, isSecret: false, ...(short !== undefined && { short }) };
}

/** A word that has to follow the command; the format's usage ends with `...>` when it takes several. */
export function argument<Value>(name: string, format: Format<Value>, description: string): Setting<Value> {
  return { name, place: 'argument', format, description, isSecret: false };
}

/** Prefixes of our variables; flags leave them out. */
const prefix = /^(BAK|RETAIN|MARK_AND_DELETE|SYNC_METADATA)_/;

export function hasOurPrefix(variable: string): boolean {
  return prefix.test(variable);
}

/** The variable's name without the prefix, in small letters: `pvc-name`, `last-daily`; without the dashes before it. */
export function flagName(name: string): string {
  return name.replace(prefix, '').toLowerCase().replaceAll('_', '-');
}

export function fileVariable(variable: string): string {
  return `${variable}_FILE`;
}

/** How a problem of the setting itself names it: its variable and in brackets its flag, `--storage-class`, `SNAPSHOT`. */
export function nameOf({ name, place }: Pick<Setting<unknown>, 'name' | 'place'>): string {
  if (place === 'argument') return name.toUpperCase();
  return place === 'flag' ? `--${name}` : `${name} (--${flagName(name)})`;
}
