import { join } from 'node:path';
import { wordsGiven } from '../options.ts';
import { sectionOf } from './changelog.ts';
import { readVersions } from './read-versions.ts';
import { sizeProblems, sizesOfArchive } from './image-size.ts';
import { isPrerelease, releaseProblems, versionOfTag } from './versions.ts';

/** What the release workflow asks of a checkout, and of what it built. Exit 0: fit to be released; 1: not, with every reason; 2: usage. */
const usage = `Usage: node scripts/release/main.ts COMMAND TAG|ARCHIVE [IMAGE]

Commands:
  check TAG [IMAGE]   refuses a tag that is not the version of package, chart and changelog, and a chart that takes
                      another image than IMAGE; says 'version=…' and 'prerelease=…', as GITHUB_OUTPUT wants it
  notes TAG           the changelog's section of this version, for the notes of the release
  size ARCHIVE        refuses an OCI archive with an image whose layers are larger than 80 MB; says how large each is`;

async function main(words: readonly string[]): Promise<number> {
  const [command, tag, image, ...others] = words;
  const isKnown = command === 'check' || (['notes', 'size'].includes(command ?? '') && image === undefined);
  if (!isKnown || tag === undefined || others.length > 0) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  return command === 'size' ? sizeOf(tag) : versionOf(command, tag, image);
}

function versionOf(command: string | undefined, tag: string, image: string | undefined): number {
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

async function sizeOf(archive: string): Promise<number> {
  const sizes = await sizesOfArchive(archive);
  for (const { platform, bytes } of sizes) process.stdout.write(`${platform}: ${bytes} bytes\n`);
  const problems = sizeProblems(sizes);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  return problems.length > 0 ? 1 : 0;
}

process.exitCode = await main(wordsGiven(usage, { allowPositionals: true }).positionals);
