/** What was looked for, or why it cannot be had: sentences for the user, so that several checks report together. */
export type Finding<T> = { readonly found: T } | { readonly problems: readonly string[] };

export function problem(sentence: string): { readonly problems: readonly string[] } {
  return { problems: [sentence] };
}

export function problemsOf(finding: Finding<unknown>): readonly string[] {
  return 'problems' in finding ? finding.problems : [];
}
