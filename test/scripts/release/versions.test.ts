import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sectionOf } from '../../../scripts/release/changelog.ts';
import { readVersions } from '../../../scripts/release/read-versions.ts';
import {
  isPrerelease,
  releaseProblems,
  versionOfTag,
  type Versions,
} from '../../../scripts/release/versions.ts';
import { run } from '../../../scripts/run.ts';

const checkout = join(import.meta.dirname, '..', '..', '..');
const image = 'ghcr.io/backup-ns/backup-ns';
const good: Versions = {
  package: '1.2.3',
  lock: '1.2.3',
  chart: '1.2.3',
  app: '1.2.3',
  repository: image,
  changelog: '# Changelog\n\n## 1.2.3 (2026-12-01)\n\n- Faster.\n\n## 1.2.2\n\n- Slower.\n',
};

describe('the tag of a release', () => {
  test.for(['v1.2.3', 'v0.1.0', 'v1.2.3-rc.1', 'v10.20.30-alpha-1.0'])('may be %s', (tag) => {
    expect(versionOfTag(tag)).toBe(tag.slice(1));
  });

  test.for([
    '1.2.3',
    'v1.2',
    'v01.2.3',
    'v1.2.3-01',
    'v1.2.3+build',
    'v1.2.3-',
    'v1.2.3\nprerelease=false',
    'v1.2.3 ',
    'v1.2.3;id',
    'vv1.2.3',
    '',
    `v1.2.3-${'a'.repeat(100)}`,
  ])('cannot be %j', (tag) => {
    expect(versionOfTag(tag)).toBeUndefined();
    expect(releaseProblems(tag, good)).toEqual([expect.stringContaining('a release has a tag such as')]);
  });

  test('says whether it is one to try', () => {
    expect(['1.2.3', '1.2.3-rc.1'].map(isPrerelease)).toEqual([false, true]);
  });
});

describe('a release', () => {
  test('is one in which everything has one version', () => {
    expect(releaseProblems('v1.2.3', good, image)).toEqual([]);
  });

  test.for([
    ['package', '1.2.2', 'package.json'],
    ['lock', '1.2.2', 'package-lock.json'],
    ['chart', '1.2.2', 'version of charts/backup-ns/Chart.yaml'],
    ['app', '1.2.2', 'appVersion of charts/backup-ns/Chart.yaml'],
    ['repository', 'ghcr.io/fork/backup-ns', 'image.repository'],
    ['changelog', '## Unreleased\n\n- Faster.\n', "no section '## 1.2.3'"],
    ['changelog', '## 1.2.3\n\n## 1.2.2\n\n- Slower.\n', 'lists no change of 1.2.3'],
  ] as const)('is refused when its %s is %j', ([name, value, words]) => {
    expect(releaseProblems('v1.2.3', { ...good, [name]: value }, image)).toEqual([
      expect.stringContaining(words),
    ]);
  });

  test('is told all that is wrong at once', () => {
    expect(releaseProblems('v2.0.0', good, 'ghcr.io/else/where')).toHaveLength(6);
  });
});

describe('the section of a changelog', () => {
  const text =
    '# Changelog\n\n## [0.2.0-rc.1]\n\n- B.\n\n### Chart\n\n- C.\n\n## 0.2.0 (2026-12-01)\r\n\n- A,\n  on.\n';

  test('is that of its version, with its own headlines, up to the next version', () => {
    expect(sectionOf(text, '0.2.0')).toBe('- A,\n  on.');
    expect(sectionOf(text, '0.2.0-rc.1')).toBe('- B.\n\n### Chart\n\n- C.');
  });

  test('is not that of another version that begins or ends alike', () => {
    expect(['0.2', '2.0', '0.2.0-rc', '.*', 'Changelog'].map((version) => sectionOf(text, version))).toEqual(
      Array.from({ length: 5 }),
    );
  });
});

describe('this checkout', () => {
  test('has one version in package, lock file and chart, and takes the image that a release pushes', () => {
    const versions = readVersions(checkout);
    const changelog = `## ${versions.package}\n\n- All.\n`;
    expect(releaseProblems(`v${versions.package}`, { ...versions, changelog }, image)).toEqual([]);
  });

  test('is released only when its changelog has the version, and says so as a command', async () => {
    const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
      version: string;
    };
    const main = join(checkout, 'scripts/release/main.ts');
    const hasSection = sectionOf(readFileSync(join(checkout, 'CHANGELOG.md'), 'utf8'), version) !== undefined;
    const said = await run(process.execPath, [main, 'check', `v${version}`, image]).catch(String);
    expect(said).toContain(
      hasSection
        ? `version=${version}\nprerelease=${isPrerelease(version)}\n`
        : `CHANGELOG.md has no section '## ${version}'`,
    );
    await expect(run(process.execPath, [main, 'notes', 'v99.0.0'])).rejects.toThrow("wants '99.0.0'");
  });
});
