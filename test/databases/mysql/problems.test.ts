import { describe, expect, it } from 'vitest';
import { withNamesOf } from '../../../src/cli/setting-names.ts';
import { judgeCheck } from '../../../src/databases/judge-check.ts';
import { mysqlServer } from '../../../src/databases/mysql/mysql.ts';
import { mysqlSettings } from './settings.ts';

const good = {
  directory: ['/data'],
  space: ['/dev/sda1 1000000 100000 900000 10% /data'],
  version: ['10.11.19-MariaDB'],
  tool: ['mariadb-dump  Ver 10.19 Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)'],
  user: ['root'],
  database: ['shop'],
  current: [String.raw`\0163\0150\0157\0160`],
  grant: ['GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost`'],
};

/** Of a server whose database `shop` is dumped, as a person is told. */
function judge(facts: Record<string, string[]>) {
  const all: Record<string, string[] | undefined> = { ...good, ...facts };
  const get = (key: string) => all[key]?.at(-1);
  const { problems, warnings, toolVersion } = judgeCheck(
    { get, all: (key) => all[key] ?? [] },
    mysqlServer(mysqlSettings({ databases: { from: 'literal', names: ['shop'] } })),
    { maximumUsedPercent: 90, where: 'pod X' },
  );
  return { problems: problems.map(withNamesOf({})), warnings, toolVersion };
}

const hex = (...names: string[]) => names.map((name) => Buffer.from(name).toString('hex')).join(' ');

it('there are none where all is well, and the version of the tool is known', () => {
  expect(judge({})).toEqual({ problems: [], warnings: [], toolVersion: '10.11.19-MariaDB' });
});

it("the server's refusal is shown in its own words, and nothing is made of what it did not say", () => {
  const facts = { refused: ['ERROR 1045 (28000): Access denied '], version: [], grant: [] };
  expect(judge(facts).problems).toEqual([
    "MySQL refuses database 'shop' at 127.0.0.1:3306 as user 'root' in pod X (ERROR 1045 (28000): Access denied); check BAK_DB_MYSQL_USER, _PASSWORD, _DB, _HOST and _PORT",
  ]);
});

it('a limit of time for what reads is warned of, as it would end the dump of a large table', () => {
  expect(judge({ milliseconds: ['30000'] })).toMatchObject({
    problems: [],
    warnings: [
      'The server in pod X ends what reads for more than 30.0s, and so a dump that takes longer for a table; set max_execution_time to 0, of the server or in init_connect',
    ],
  });
});

describe('a tool is refused', () => {
  it('that is of the other family', () => {
    expect(judge({ version: ['9.7.4-2'] }).problems).toEqual([
      "The dump tool in pod X (10.11.19-MariaDB) is MariaDB's, the server is MySQL, which it cannot dump faithfully; use an image that has the tools of its server",
    ]);
  });

  it('whose version cannot be read', () => {
    expect(judge({ tool: ['what?'] }).problems).toEqual([
      'The version of the dump tool in pod X cannot be read from: what?',
    ]);
  });
});

describe('of what the databases hold', () => {
  it('tables without transactions are a warning: the first few by name, and how many more', () => {
    const tables = ['a', 'b', 'c', 'd', 'e'].map((name) => `${hex('shop', name)} MyISAM`);
    const { problems, warnings } = judge({
      unsafe: [...tables, `${hex('shop', 'm')} MEMORY`, `${hex('other', 'x')} CSV`],
    });
    expect(problems).toEqual([]);
    expect(warnings).toEqual([
      "No transaction protects tables 'shop.a', 'shop.b', 'shop.c' and 3 more in pod X (engine MEMORY, MyISAM), so rows that are written during the dump may not fit together; give them the engine InnoDB",
    ]);
  });

  it('columns whose values come back as others are a warning of each kind', () => {
    const { problems, warnings } = judge({
      inexact: [
        `${hex('shop', 'f')} digits`,
        `${hex('shop', 'e')} labels`,
        `${hex('shop', 'f')} labels`,
        `${hex('other', 'x')} digits`,
      ],
    });
    expect(problems).toEqual([]);
    expect(warnings).toEqual([
      "Columns of type FLOAT of table 'shop.f' in pod X are dumped with six digits, so numbers with more come back as others; make the columns DOUBLE",
      "Labels of ENUM or SET of tables 'shop.e', 'shop.f' in pod X show a question mark, as the server does in place of a character of four bytes, such as an emoji: if it is one, values of that label do not come back; give them other labels",
    ]);
  });

  it('what the tool would stumble over is a problem, unless it is of another database', () => {
    const { problems } = judge({
      hidden: [hex('shop', "o'dd 🐘"), hex('other', 'p')],
      broken: [hex('shop', 'v'), hex('shop', 'w')],
    });
    expect(problems).toEqual([
      "User 'root' may not read routine 'shop.o'dd 🐘' in pod X, where the dump would end; grant it what shows it: SHOW_ROUTINE ON *.* in MySQL, SELECT ON mysql.proc in MariaDB",
      "User 'root' cannot read views 'shop.v', 'shop.w' in pod X, where the dump would end: something they refer to is not there, or not allowed; mend or drop them",
    ]);
  });
});
