const reference = /⟪(\w+)⟫/g;

/**
 * How a sentence speaks of a setting, by its key in the table: `⟪pvcs⟫`. Which name that has, such as a variable, a flag or
 * the field of a form, is known to the face alone that shows the sentence: see `withSettingNames`.
 */
export function settingName(key: string): string {
  return `⟪${key}⟫`;
}

/** A key that has no name there stays as it is. */
export function withSettingNames(text: string, nameOf: (key: string) => string | undefined): string {
  return text.replace(reference, (whole, key: string) => nameOf(key) ?? whole);
}
