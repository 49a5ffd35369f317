import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { namelessProgram } from '../../src/databases/mysql/nameless.ts';
import { readProgram } from '../../src/databases/mysql/read-dump.ts';
import { dumpText } from '../../src/databases/postgres/restore/dump-text.ts';

const awks = ['awk', 'mawk', 'gawk', 'original-awk', 'busybox awk'].filter(
  (awk) => spawnSync('sh', ['-c', `${awk} 'BEGIN { exit 0 }'`]).status === 0,
);
const postgres = ['name', 'create', 'properties', 'comment', 'scan'].map((mode) => ({
  title: `of PostgreSQL, ${mode}`,
  script: `${dumpText}\nkey=k restricts=\nread_text ${mode}`,
}));
const mysql = Object.entries({ readProgram, namelessProgram }).map(([title, program]) => ({
  title,
  script: `awk -v width=0 '${program}'`,
}));

// What one of them takes another may refuse, as busybox does an assignment behind ||.
it.each([...postgres, ...mysql])('$title is a program for every awk, and says the same', ({ script }) => {
  const input = [
    '-- MariaDB dump 10.19',
    '--',
    "CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'UTF8';",
    'ALTER DATABASE shop OWNER TO app;',
    "COMMENT ON DATABASE shop IS 'one; two';",
    'GRANT ALL ON DATABASE shop TO app;',
    "ALTER ROLE app IN DATABASE shop SET work_mem TO '1MB';",
    'CREATE TABLE `a` (i int);',
    '',
  ].join('\n');
  const ends = awks.map((awk) => {
    const text = script.replace(/^(.*?)(?:LC_ALL=C )?\bawk -v/ms, `$1LC_ALL=C ${awk} -v`);
    const { status, stdout, stderr } = spawnSync('sh', ['-c', text], { input, encoding: 'utf8' });
    return { status, stdout, stderr };
  });
  expect(awks.length).toBeGreaterThan(0);
  expect(ends).toEqual(awks.map(() => ({ status: 0, stdout: ends[0]?.stdout, stderr: '' })));
  expect(ends[0]?.stdout === '' && !script.includes('comment')).toBe(false);
});
