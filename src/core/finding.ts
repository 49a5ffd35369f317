/** What was looked for, or why it cannot be had: sentences for the user, so that several checks report together. */
export type Finding<T> = { readonly found: T } | { readonly problems: readonly string[] };

export function problem(sentence: string): { readonly problems: readonly string[] } {
  return { problems: [sentence] };
}

export function problemsOf(finding: Finding<unknown>): readonly string[] {
  return 'problems' in finding ? finding.problems : [];
}

/** All that was found; or every problem, so that one that is missing is not said without the others. */
export function allOf<T>(findings: readonly Finding<T>[]): Finding<readonly T[]> {
  const problems = [...new Set(findings.flatMap(problemsOf))];
  if (problems.length > 0) return { problems };
  return { found: findings.flatMap((finding) => ('found' in finding ? [finding.found] : [])) };
}

/** Each by its name; or every problem. */
export function allFound<All extends Readonly<Record<string, Finding<unknown>>>>(
  findings: All,
): Finding<{ readonly [Name in keyof All]: Found<All[Name]> }> {
  const problems = [...new Set(Object.values(findings).flatMap(problemsOf))];
  if (problems.length > 0) return { problems };
  const entries = Object.entries(findings).map(([name, finding]) => [
    name,
    'found' in finding && finding.found,
  ]);
  return { found: Object.fromEntries(entries) as { [Name in keyof All]: Found<All[Name]> } };
}

type Found<One> = One extends { readonly found: infer T } ? T : never;
