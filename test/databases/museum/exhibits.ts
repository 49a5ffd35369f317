import { readFileSync } from 'node:fs';

/** Which server it is. */
export interface Release {
  readonly family: 'postgres' | 'mariadb' | 'mysql';
  /** 1011 is 10.11. */
  readonly version: number;
}

/** A piece of SQL that makes something which a dump may lose or spoil. It needs no other of its database. */
export interface Exhibit {
  readonly title: string;
  readonly sql: string;
  /** Whether such a server can have it. */
  readonly isFor: (release: Release) => boolean;
}

const isForAll = () => true;

/** For any server. */
export function exhibit(title: string, sql: string): Exhibit {
  return { title, sql, isFor: isForAll };
}

/**
 * Those of a file beside this one, each with a line `--: TITLE` before it, where `mariadb: `, `since 15: ` or both may
 * stand before the title. What lies before the first is left out.
 */
export function readExhibits(file: string): Exhibit[] {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  return text
    .split(/^--: /m)
    .slice(1)
    .map((part) => {
      const [, family, since, title = '', sql = ''] =
        /^(?:(mariadb|mysql)?(?: ?since ([\d.]+))?: )?(.*)\n([^]*)$/.exec(part) ?? [];
      const first = since === undefined ? 0 : versionOf(since);
      return {
        title,
        sql,
        isFor: (release) => (family ?? release.family) === release.family && release.version >= first,
      };
    });
}

/** 1011 for 10.11.6-MariaDB. */
export function versionOf(text: string): number {
  const [major = '0', minor = '0'] = text.split('.');
  return Number(major) * 100 + Number.parseInt(minor, 10);
}

/** Lines of `before` as `- line`, and of `after` as `+ line`, where the other does not have them; in order of the lines. */
export function differences(before: readonly string[], after: readonly string[]): string[] {
  const [were, are] = [new Set(before), new Set(after)];
  const gone = before.filter((line) => !are.has(line)).map((line) => `- ${line}`);
  const come = after.filter((line) => !were.has(line)).map((line) => `+ ${line}`);
  return [...gone, ...come].toSorted((one, other) => (one.slice(2) < other.slice(2) ? -1 : 1));
}
