import { spawnSync } from 'node:child_process';
import { mysqlPrograms } from '../servers/mysql-programs.ts';
import { postgresPrograms } from '../servers/postgres-programs.ts';

/** Something that tests run against, and what brings it to a Debian. */
export interface Missing {
  readonly what: string;
  readonly packages: readonly string[];
}

const answers = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0;

const wanted: readonly (Missing & { readonly isThere: () => boolean })[] = [
  { what: 'PostgreSQL', packages: ['postgresql'], isThere: () => postgresPrograms !== undefined },
  {
    what: 'MariaDB',
    packages: ['mariadb-server-core', 'mariadb-client'],
    isThere: () => mysqlPrograms !== undefined,
  },
  {
    what: 'a Pushgateway',
    packages: ['prometheus-pushgateway'],
    isThere: () => ['prometheus-pushgateway', 'pushgateway'].some((program) => answers(program, '--version')),
  },
  ...['zstd', 'lz4'].map((program) => ({
    what: program,
    packages: [program],
    isThere: () => answers(program, '--version'),
  })),
  { what: 'python3', packages: ['python3'], isThere: () => answers('python3', '-c', '') },
  ...['busybox', 'bash', 'dash', 'zsh', 'fish'].map((shell) => ({
    what: shell,
    packages: [shell],
    isThere: () => answers(shell, ...(shell === 'busybox' ? ['sh'] : []), '-c', ''),
  })),
];

/** What tests of ours need and this machine does not have. */
export function missingForTests(): Missing[] {
  return wanted.filter(({ isThere }) => !isThere());
}
