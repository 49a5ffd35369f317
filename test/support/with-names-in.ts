/** The error as a face shows it: with the names of settings in its message. */
export function withNamesIn(error: unknown, withNames: (text: string) => string): unknown {
  if (!(error instanceof Error)) return error;
  error.message = withNames(error.message);
  if ('problems' in error && Array.isArray(error.problems)) {
    Object.assign(error, { problems: error.problems.map((problem) => withNames(String(problem))) });
  }
  return error;
}
