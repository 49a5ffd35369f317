/** The word that needs the fewest changed, added or removed characters to become `text`; the first of equals. */
export function nearest(text: string, words: readonly string[]): string | undefined {
  let best: { word: string; distance: number } | undefined;
  for (const word of words) {
    const distance = editDistance(text, word);
    if (best === undefined || distance < best.distance) best = { word, distance };
  }
  return best?.word;
}

/** Levenshtein's, row by row. */
export function editDistance(from: string, to: string): number {
  const target = Array.from(to);
  let row = [0, ...target.map((_, index) => index + 1)];
  for (const [i, letter] of Array.from(from).entries()) {
    const next = [i + 1];
    for (const [j, other] of target.entries()) {
      const replaced = row[j]! + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, row[j + 1]! + 1, next[j]! + 1));
    }
    row = next;
  }
  return row.at(-1)!;
}
