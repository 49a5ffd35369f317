/** What reading a text gave: a value, or what the text should have been (the end of "it must be …"). */
export type Parsed<Value> = { readonly value: Value } | { readonly expected: string };

/** How the text of a setting is written and read. */
export interface Format<Value> {
  /** The value's place in the flag's help, in commander's notation: `<count>`, or `[boolean]` where it may be left out. */
  readonly usage: string;
  parse(text: string): Parsed<Value>;
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

/** One setting: the single truth for its environment variable, its flag, its help and its docs. */
export interface Setting<Value> {
  readonly variable: string;
  readonly description: string;
  readonly format: Format<Value>;
  /** Written as a user would write it; absent when unset has a meaning of its own. */
  readonly fallback?: string | ComputedDefault;
  /** Never shown and never recorded; may also be given as the path of a file in `<variable>_FILE`. */
  readonly isSecret: boolean;
}

export function setting<Value>(
  variable: string,
  format: Format<Value>,
  fallback: string | ComputedDefault,
  description: string,
): Setting<Value> {
  return { variable, format, fallback, description, isSecret: false };
}

/** A setting that is `undefined` when it is not given. */
export function optionalSetting<Value>(
  variable: string,
  format: Format<Value>,
  description: string,
): Setting<Value | undefined> {
  return { variable, format, description, isSecret: false };
}

export function secretSetting<Value>(
  variable: string,
  format: Format<Value>,
  fallback: string,
  description: string,
): Setting<Value> {
  return { variable, format, fallback, description, isSecret: true };
}

/** `BAK_PVC_NAME` -> `pvc-name`, `RETAIN_LAST_DAILY` -> `last-daily`; without the dashes that go before it. */
export function flagName(variable: string): string {
  return variable
    .replace(/^(BAK|RETAIN|MARK_AND_DELETE)_/, '')
    .toLowerCase()
    .replaceAll('_', '-');
}

export function fileVariable(variable: string): string {
  return `${variable}_FILE`;
}

/** How a sentence names a setting: `BAK_PVC_NAME (--pvc-name)`. */
export function nameOf(variable: string): string {
  return `${variable} (--${flagName(variable)})`;
}
