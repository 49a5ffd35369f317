import { describe, expect, it } from 'vitest';
import { mismatch, serverRelease, toolRelease } from '../../../src/databases/mysql/release.ts';

describe('the version of a tool is read from', () => {
  it.each([
    ['mysqldump  Ver 9.7.4-2 for Linux on x86_64 ((Debian))', 'MySQL', '9.7.4-2'],
    ['mysqldump  Ver 8.0.36 for Linux on x86_64 (MySQL Community Server - GPL)', 'MySQL', '8.0.36'],
    ['mysqldump  Ver 10.13 Distrib 5.7.44, for Linux (x86_64)', 'MySQL', '5.7.44'],
    [
      'mariadb-dump  Ver 10.19 Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)',
      'MariaDB',
      '10.11.19-MariaDB',
    ],
    [
      'mariadb-dump from 11.8.6-MariaDB, client 10.19 for debian-linux-gnu (x86_64)',
      'MariaDB',
      '11.8.6-MariaDB',
    ],
  ])('%s', (text, family, version) => {
    expect(toolRelease(text)).toEqual({ family, version });
  });

  it('nothing else', () => {
    expect(toolRelease('')).toBeUndefined();
    expect(toolRelease('sh: mysqldump: not found')).toBeUndefined();
  });
});

describe('a tool and a server', () => {
  const reason = (tool: string, server: string) => mismatch(serverRelease(tool), serverRelease(server));

  it.each([
    ['10.11.19-MariaDB', '10.11.2-MariaDB-1'],
    ['11.8.6-MariaDB', '10.5.23-MariaDB-0+deb11u1'],
    ['9.7.4-2', '9.7.9'],
    ['9.0.1', '8.4.3'],
  ])('%s and %s fit', (tool, server) => {
    expect(reason(tool, server)).toBeUndefined();
  });

  it.each([
    ['10.5.23-MariaDB', '10.11.19-MariaDB', 'is older than the server, which is 10.11.19-MariaDB'],
    ['8.4.3', '9.7.4-2', 'is older than the server, which is 9.7.4-2'],
    ['11.8.6-MariaDB', '8.0.36', "is MariaDB's, the server is MySQL"],
    ['9.7.4', '10.11.19-MariaDB', "is MySQL's, the server is MariaDB"],
  ])('%s and %s do not', (tool, server, sentence) => {
    expect(reason(tool, server)).toBe(sentence);
  });
});
