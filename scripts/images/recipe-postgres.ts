import { join } from 'node:path';
import { debian, debianFacts, type DebianSuite } from './debian.ts';
import type { Recipe } from './recipe.ts';

const suites = { '13': 'bullseye', '15': 'bookworm', '17': 'trixie' } as const satisfies Record<
  string,
  DebianSuite
>;

export type PostgresVersion = keyof typeof suites;

export const postgresVersions: readonly PostgresVersion[] = ['13', '15', '17'];

/** A database for tests: Debian's own PostgreSQL of the suite that has that version. */
export function postgres(version: PostgresVersion): Recipe {
  const folder = join(import.meta.dirname, 'postgres');
  return {
    name: `postgres-${version}`,
    title: `PostgreSQL ${version}`,
    dockerfile: join(folder, 'Dockerfile'),
    inputs: [join(folder, 'Dockerfile'), join(folder, 'entrypoint.sh')],
    facts: [],
    buildArguments: {
      POSTGRES_VERSION: version,
      DEBIAN_IMAGE: `docker.io/library/debian:${suites[version]}-slim`,
    },
    reference: () => `localhost/backup-ns/postgres:${version}`,
    context: () => folder,
    base: { argument: 'DEBIAN_IMAGE', recipe: debianWithPostgres(version) },
  };
}

function debianWithPostgres(version: PostgresVersion): Recipe {
  const folder = join(import.meta.dirname, 'debian');
  const system = { suite: suites[version], packages: [`postgresql-${version}`, 'tzdata'] };
  return {
    name: `debian-postgres-${version}`,
    title: `Debian ${system.suite} with PostgreSQL ${version}`,
    dockerfile: join(folder, 'Dockerfile'),
    inputs: [join(folder, 'Dockerfile')],
    facts: debianFacts(system),
    buildArguments: {},
    reference: (key) => `localhost/backup-ns/debian-postgres-${version}:${key}`,
    async context(workFolder, tools) {
      await debian(system, join(workFolder, 'rootfs.tar'), tools);
      return workFolder;
    },
  };
}
