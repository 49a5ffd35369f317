/** One value of values.yaml that a user sets: its path, the words of its `# --` comment, and the line of its default. */
export interface ValueWords {
  readonly path: string;
  readonly words: string;
}

/**
 * The comments that begin with `# --`, by the path of the value that they stand before, in the order of the file. A value of a
 * section is indented by two spaces.
 */
export function valuesWords(text: string): ValueWords[] {
  const found: ValueWords[] = [];
  let section = '';
  let words: string[] | undefined;
  for (const line of text.split('\n')) {
    const [, indent = '', comment] = /^( *)# ?(.*)$/.exec(line) ?? [];
    const [, depth = '', key] = /^( {2})?(\w+):/.exec(line) ?? [];
    if (comment?.startsWith('-- ')) words = [comment.slice(3)];
    else if (comment !== undefined && indent.length <= 2) words?.push(comment);
    else if (key !== undefined) {
      if (depth === '') section = key;
      const path = depth === '' ? key : `${section}.${key}`;
      if (words) found.push({ path, words: words.join(' ') });
      words = undefined;
    } else words = undefined;
  }
  return found;
}
