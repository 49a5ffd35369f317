import type { DebianSuite } from './debian.ts';

/** A database server as a suite of Debian has it. */
export interface DatabaseServer {
  /** The folder beside this file that has its Dockerfile and entrypoint. */
  readonly folder: 'postgres' | 'mysql';
  readonly title: string;
  readonly suite: DebianSuite;
  /** Servers and clients without the packages that would set up a database. */
  readonly packages: readonly string[];
  /** Arguments of the Dockerfile beside the packages. */
  readonly buildArguments?: Readonly<Record<string, string>>;
  /** Busybox and a shell's builtins are all the tools there are, as in Alpine's images. */
  readonly busybox?: true;
}

/** By the name of the image. */
export const databases = {
  'postgres:13': postgres('13', 'bullseye'),
  'postgres:15': postgres('15', 'bookworm'),
  'postgres:17': postgres('17', 'trixie'),
  'postgres:18': postgres('18', 'sid'),
  'postgres:15-busybox': withBusybox(postgres('15', 'bookworm')),
  'mariadb:10.5': mariadb('10.5', 'bullseye', ['mariadb-server-core-10.5', 'mariadb-client-10.5']),
  'mariadb:10.11': mariadb('10.11', 'bookworm', ['mariadb-server-core', 'mariadb-client']),
  'mariadb:11.8': mariadb('11.8', 'trixie', ['mariadb-server-core', 'mariadb-client']),
  'mariadb:10.11-busybox': withBusybox(
    mariadb('10.11', 'bookworm', ['mariadb-server-core', 'mariadb-client']),
  ),
  'mysql:9.7': {
    folder: 'mysql',
    title: 'MySQL 9.7',
    suite: 'sid',
    packages: ['mysql-server-core', 'mysql-client-core', 'tzdata'],
  },
} as const satisfies Record<string, DatabaseServer>;

export type DatabaseImage = keyof typeof databases;

export const databaseImages = Object.keys(databases).filter(isDatabaseImage);

export function isDatabaseImage(name: string): name is DatabaseImage {
  return Object.hasOwn(databases, name);
}

function postgres(version: string, suite: DebianSuite): DatabaseServer {
  return {
    folder: 'postgres',
    title: `PostgreSQL ${version}`,
    suite,
    packages: [`postgresql-${version}`, 'tzdata'],
    buildArguments: { POSTGRES_VERSION: version },
  };
}

function mariadb(version: string, suite: DebianSuite, packages: readonly string[]): DatabaseServer {
  return { folder: 'mysql', title: `MariaDB ${version}`, suite, packages: [...packages, 'tzdata'] };
}

function withBusybox(server: DatabaseServer): DatabaseServer {
  const packages = [...server.packages, 'busybox-static'];
  return { ...server, title: `${server.title} with busybox`, packages, busybox: true };
}
