import { join } from 'node:path';
import { wordsGiven } from '../options.ts';
import { sectionOf } from './changelog.ts';
import { readVersions } from './read-versions.ts';
import { isPrerelease, releaseProblems, versionOfTag } from './versions.ts';

/** What the release workflow asks of a checkout. Exit 0: fit to be released; 1: not, with every reason; 2: usage. */
const usage = `Usage: node scripts/release/main.ts COMMAND TAG [IMAGE]

Commands:
  check TAG [IMAGE]   refuses a tag that is not the version of package, chart and changelog, and a chart that takes
                      another image than IMAGE; says 'version=…' and 'prerelease=…', as GITHUB_OUTPUT wants it
  notes TAG           the changelog's section of this version, for the notes of the release`;

function main(words: readonly string[]): number {
  const [command, tag, image, ...others] = words;
  const isKnown = command === 'check' || (command === 'notes' && image === undefined);
  if (!isKnown || tag === undefined || others.length > 0) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const versions = readVersions(join(import.meta.dirname, '..', '..'));
  const problems = releaseProblems(tag, versions, image);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  const version = versionOfTag(tag);
  if (problems.length > 0 || version === undefined) return 1;
  process.stdout.write(
    command === 'notes'
      ? `${sectionOf(versions.changelog, version)}\n`
      : `version=${version}\nprerelease=${isPrerelease(version)}\n`,
  );
  return 0;
}

process.exitCode = main(wordsGiven(usage, { allowPositionals: true }).positionals);
