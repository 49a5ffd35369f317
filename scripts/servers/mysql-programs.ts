import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface MysqlPrograms {
  /** Paths. */
  readonly server: string;
  readonly install: string;
  /** The folder of `mariadb` and `mariadb-dump`. */
  readonly clients: string;
}

/** MariaDB's programs; undefined where there are none (on Debian: packages `mariadb-server-core mariadb-client`). */
export const mysqlPrograms = findPrograms();

/** Debian has the server where only root's PATH looks, Homebrew keeps it all out of PATH where there is another. */
function findPrograms(): MysqlPrograms | undefined {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/sbin',
    '/opt/homebrew/opt/mariadb/bin',
    '/usr/local/opt/mariadb/bin',
  ];
  const find = (...programs: string[]): string | undefined =>
    folders.find((folder) => programs.every((program) => isProgram(join(folder, program))));
  const [server, install] = [find('mariadbd'), find('mariadb-install-db')];
  const clients = find('mariadb', 'mariadb-dump');
  if (server === undefined || install === undefined || clients === undefined) return undefined;
  return { server: join(server, 'mariadbd'), install: join(install, 'mariadb-install-db'), clients };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
