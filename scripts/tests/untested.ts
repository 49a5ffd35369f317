import type { Missing } from './missing.ts';

/**
 * What a run has not tested, in a line or two for its end: `skipped` has the file of every test that was skipped. None
 * when all was tested.
 */
export function untestedLines(skipped: readonly string[], missing: readonly Missing[]): string[] {
  const files = [...Map.groupBy(skipped, (file) => file)].map(([file, all]) => `${file} (${all.length})`);
  const lines: string[] = [];
  if (files.length > 0)
    lines.push(
      `Not tested: ${skipped.length} ${skipped.length === 1 ? 'test' : 'tests'} of ${files.join(', ')}`,
    );
  if (missing.length > 0) {
    const what = new Intl.ListFormat('en').format(missing.map((one) => one.what));
    const packages = missing.flatMap((one) => one.packages);
    lines.push(`Not tested here, as it is missing: ${what}; with: apt-get install ${packages.join(' ')}`);
  }
  return lines;
}
