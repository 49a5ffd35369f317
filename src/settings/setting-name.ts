const reference = /\u27ea(--)?(\w+(?: \w+)*)\u27eb/g;

/**
 * How a sentence speaks of a setting, by its key in the table: `⟪pvcs⟫`. Which name that has, such as a variable, a flag or
 * the field of a form, is known to the face alone that shows the sentence: see `withSettingNames`.
 */
export function settingName(key: string): string {
  return `⟪${key}⟫`;
}

/** How it speaks of several settings that belong together. */
export function settingNames(keys: readonly string[]): string {
  return `⟪${keys.join(' ')}⟫`;
}

/** How it says what is to be written in a command line. */
export function settingFlag(key: string): string {
  return `⟪--${key}⟫`;
}

/** What a face calls a setting; `asFlag` in a command line. Undefined for a key that it does not know. */
export type NameOf = (key: string, asFlag: boolean) => string | undefined;

/** A key that has no name there stays as it is. */
export function withSettingNames(text: string, nameOf: NameOf): string {
  return text.replace(reference, (whole, flag: string | undefined, keys: string) => {
    const names = keys.split(' ').map((key) => nameOf(key, flag !== undefined));
    return names.every((name) => name !== undefined) ? listed(names) : whole;
  });
}

/** `X_USER, _PASSWORD and _HOST`: what all begin with, up to a `_`, is said once. */
function listed(names: readonly string[]): string {
  const [first = '', ...others] = names;
  const isShared = (start: string): boolean => others.every((name) => name.startsWith(start));
  const words = first.split('_');
  const starts = words.map((_, index) => words.slice(0, index).join('_'));
  const shared = starts.findLast((start) => isShared(`${start}_`)) ?? '';
  const short = [first, ...others.map((name) => name.slice(shared.length))];
  return short.length === 1 ? first : `${short.slice(0, -1).join(', ')} and ${short.at(-1)}`;
}
