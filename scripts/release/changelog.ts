const headline = /^## +(.*)$/;

/** What a changelog says of a version, as Markdown without its headline; undefined when it has no such headline. */
export function sectionOf(changelog: string, version: string): string | undefined {
  const lines = changelog.split(/\r?\n/);
  const first = lines.findIndex((line) => versionOf(line) === version);
  if (first === -1) return undefined;
  const rest = lines.slice(first + 1);
  const end = rest.findIndex((line) => headline.test(line));
  return rest
    .slice(0, end === -1 ? undefined : end)
    .join('\n')
    .trim();
}

/** The lists of changes of a text: each over its continuation lines. */
export function hasChanges(section: string): boolean {
  return /^[-*] \S/m.test(section);
}

/** `## 0.2.0`, `## [0.2.0]` and `## 0.2.0 (2026-12-01)`. */
function versionOf(line: string): string | undefined {
  return headline
    .exec(line)?.[1]
    ?.split(/[\s()[\]]+/)
    .find((word) => word !== '');
}
