import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Versions } from './versions.ts';

/** What the files of a checkout say. */
export function readVersions(checkout: string): Versions {
  const text = (file: string): string => readFileSync(join(checkout, file), 'utf8');
  const { version } = JSON.parse(text('package.json')) as { version: string };
  const lock = JSON.parse(text('package-lock.json')) as { packages: { '': { version: string } } };
  const chart = load(text('charts/backup-ns/Chart.yaml')) as { version: string; appVersion: string };
  const { image } = load(text('charts/backup-ns/values.yaml')) as { image: { repository: string } };
  return {
    package: version,
    lock: lock.packages[''].version,
    chart: chart.version,
    app: chart.appVersion,
    repository: image.repository,
    changelog: text('CHANGELOG.md'),
  };
}
