/** MariaDB and MySQL have grown apart: neither's tool dumps the other faithfully. */
export interface Release {
  readonly family: 'MariaDB' | 'MySQL';
  /** `10.11.19-MariaDB`, `9.7.4-2`. */
  readonly version: string;
}

/** From `select version()`. */
export function serverRelease(version: string): Release {
  return { family: familyOf(version), version };
}

/**
 * From what `--version` says, of which there are four forms: `mysqldump  Ver 9.7.4-2 for Linux …`,
 * `mysqldump  Ver 10.13 Distrib 5.7.44, for Linux …`, `mariadb-dump  Ver 10.19 Distrib 10.11.19-MariaDB, for …` and
 * `mariadb-dump from 11.8.6-MariaDB, client 10.19 for …`. Undefined for anything else.
 */
export function toolRelease(text: string): Release | undefined {
  const version =
    /(?:\bDistrib|\bfrom) (\d+\.\d[^\s,]*)/.exec(text)?.[1] ?? /\bVer (\d+\.\d\S*)/.exec(text)?.[1];
  return version === undefined ? undefined : { family: familyOf(text), version };
}

/** Why this tool cannot dump that server, as the middle of a sentence; undefined when it can. */
export function mismatch(tool: Release, server: Release): string | undefined {
  if (tool.family !== server.family) return `is ${tool.family}'s, the server is ${server.family}`;
  return isOlder(tool.version, server.version)
    ? `is older than the server, which is ${server.version}`
    : undefined;
}

function familyOf(text: string): Release['family'] {
  return /mariadb/i.test(text) ? 'MariaDB' : 'MySQL';
}

/** By major and minor number. */
export function isOlder(one: string, other: string): boolean {
  const [major = 0, minor = 0] = one.split('.').map((part) => Number.parseInt(part, 10));
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map((part) => Number.parseInt(part, 10));
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}
