import { hasChanges, sectionOf } from './changelog.ts';

/** What says which version this is, as it was read from the checkout. */
export interface Versions {
  /** `version` of package.json and package-lock.json. */
  readonly package: string;
  readonly lock: string;
  /** `version` and `appVersion` of Chart.yaml. */
  readonly chart: string;
  readonly app: string;
  /** `image.repository` of the chart's values. */
  readonly repository: string;
  readonly changelog: string;
}

const semantic =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*))*)?$/;

/** The version that a tag is of: `v1.2.3` or `v1.2.3-rc.1`. No build metadata, which a tag of an image cannot have. */
export function versionOfTag(tag: string): string | undefined {
  const version = tag.startsWith('v') ? tag.slice(1) : '';
  return version.length <= 64 && semantic.test(version) ? version : undefined;
}

export function isPrerelease(version: string): boolean {
  return version.includes('-');
}

/** Why this checkout is not to be released as this tag, with images in this repository, if one is given: a sentence each. */
export function releaseProblems(tag: string, versions: Versions, image?: string): string[] {
  const version = versionOfTag(tag);
  if (version === undefined)
    return [`The tag is ${JSON.stringify(tag)}; a release has a tag such as v1.2.3 or v1.2.3-rc.1.`];
  const said = [
    ['version of package.json', versions.package, 'set it with: npm version'],
    ['version of package-lock.json', versions.lock, 'set it with: npm version'],
    ['version of charts/backup-ns/Chart.yaml', versions.chart, 'write it there'],
    ['appVersion of charts/backup-ns/Chart.yaml', versions.app, 'write it there'],
  ] as const;
  const problems = said
    .filter(([, found]) => found !== version)
    .map(
      ([what, found, advice]) => `The ${what} is '${found}', and tag ${tag} wants '${version}'; ${advice}.`,
    );
  if (image !== undefined && versions.repository !== image)
    problems.push(
      `The chart takes its image from '${versions.repository}', and this release pushes to '${image}'; set image.repository in values.yaml.`,
    );
  const section = sectionOf(versions.changelog, version);
  if (section === undefined)
    problems.push(
      `CHANGELOG.md has no section '## ${version}'; rename '## Unreleased' to that, with the day.`,
    );
  else if (!hasChanges(section)) problems.push(`CHANGELOG.md lists no change of ${version}.`);
  return problems;
}
