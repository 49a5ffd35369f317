import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { dumpText } from '../../../src/databases/postgres/restore/dump-text.ts';
import { sampled } from '../../support/exhaustive.ts';

const awks = ['awk', 'mawk', 'gawk', 'original-awk', 'busybox awk'].filter(
  (awk) => spawnSync('sh', ['-c', `${awk} 'BEGIN { exit 0 }'`]).status === 0,
);

function read(mode: string, sql: string, way = '', awk = 'awk') {
  const input = `${sql}\n-- PostgreSQL database dump complete\n\n-- k\n`;
  const text = `key=k restricts= way=${way}\n${dumpText.replaceAll('LC_ALL=C awk', `LC_ALL=C ${awk}`)}\nread_text ${mode}`;
  return spawnSync('sh', ['-c', text], { input, encoding: 'utf8', timeout: 10_000 });
}

const atomic = 'CREATE FUNCTION public.f() RETURNS integer\n    LANGUAGE sql\n    BEGIN ATOMIC\n';
const ending = {
  'in small letters': 'commit;',
  'with a blank': 'Commit ;',
  END: 'END;',
  'END of words': 'end work;',
  'a chain': 'COMMIT AND CHAIN;',
  ROLLBACK: 'rollback;',
  'ROLLBACK TO': 'rollback to savepoint a;',
  ABORT: 'Abort;',
  'PREPARE TRANSACTION': "PREPARE/**/TRANSACTION 'x';",
  'COMMIT PREPARED': "commit prepared 'x';",
  'behind a comment': '/* a /* b */ */ commit;',
  'between comments': '-- a\n/* b\n*/commit/**/;',
  'behind a statement': 'select 1; commit;',
  'twice on a line': 'COMMIT;commit;',
  'far to the right': `${' '.repeat(9000)}commit;`,
  'without a semicolon': 'commit',
  'behind the body of a function': `${atomic} SELECT CASE WHEN true THEN 1 END;\nEND;\nend;`,
  'behind a body that names a column CASE': `${atomic} SELECT 1 AS case;\nEND;\nEND;`,
  'behind a parameter that is named BEGIN':
    'create function f(begin atomic) returns int language sql as $$select 1$$; end;',
  'behind an empty body': 'create or replace procedure f() begin atomic end; abort;',
};

test.each(sampled(Object.entries(ending), 6))(
  'what ends the transaction never comes to the client in place: %s',
  (_, sql) => {
    for (const awk of sampled(awks, 1)) {
      const { status, stdout, stderr } = read('in-place', sql, '', awk);
      expect([status, stderr]).toEqual([
        65,
        expect.stringMatching(/^line \d+ of it has [A-Z]+, which would end/),
      ]);
      const own = /\bEND;\n$|\batomic end;|THEN 1 END;\nEND;\n$/;
      expect(stdout.replace(own, '')).not.toMatch(/\b(?:commit|rollback|abort|transaction|end)\b/i);
      expect(read('scan', sql, 'in-place', awk).stdout).toMatch(/^ends=line \d+ of it has /m);
    }
  },
);

const harmless = {
  'a body': `${atomic} SELECT CASE WHEN true THEN 1 END;\n SELECT 2;\nEND;\n\nselect 1;`,
  'around large objects': 'BEGIN;\nselect 1;\nCOMMIT;',
  'in strings': "select 'commit;\ncommit;\n'; select ';commit;';",
  'in names': 'create table "commit;" (end1 int); create table commit (id int);',
  'in rows': 'COPY public.t (id) FROM stdin;\ncommit;\n\\.\n',
  'in a body of text': 'do $$ begin\ncommit;\nend; $$;',
  'a prepared statement': 'prepare x as select 1;',
  'a savepoint': 'savepoint a;',
};

test.each(sampled(Object.entries(harmless), 3))('what ends no transaction is read in place: %s', (_, sql) => {
  for (const awk of sampled(awks, 1))
    expect(read('in-place', sql, '', awk)).toMatchObject({ status: 0, stderr: '' });
});

test('beside, a dump may commit and may not take back', () => {
  expect(read('beside', 'begin; select 1; commit;').status).toBe(0);
  expect(read('beside', 'begin; select 1; rollback;').stderr).toMatch(/ROLLBACK, which takes back/);
});
