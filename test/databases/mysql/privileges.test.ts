import { describe, expect, it } from 'vitest';
import { missingPrivileges, type DumpRequest } from '../../../src/databases/mysql/privileges.ts';

function missing(lines: string[], request: Partial<DumpRequest> = {}): string[] {
  return missingPrivileges(lines, {
    user: 'app',
    databases: ['shop'],
    choice: { from: 'literal', names: ['shop'] },
    family: 'MySQL',
    where: 'pod X',
    ...request,
  });
}

describe('nothing is missing for', () => {
  it.each([
    ['root of MariaDB', ['GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION']],
    [
      'root of MySQL',
      ['GRANT SELECT, EVENT, TRIGGER, SHOW VIEW, SHOW DATABASES ON *.* TO `root`@`%` WITH GRANT OPTION'],
    ],
    ['the user that the images make', ['GRANT ALL PRIVILEGES ON `shop`.* TO `app`@`%`']],
    [
      'a user for backups of MySQL',
      [
        'GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON `shop`.* TO `b`@`%`',
        'GRANT SHOW_ROUTINE ON *.* TO `b`@`%`',
      ],
    ],
    [
      'a user for backups of MariaDB',
      [
        'GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON `shop`.* TO `b`@`%`',
        'GRANT SELECT ON `mysql`.`proc` TO `b`@`%`',
      ],
    ],
    [
      'rights in pieces, of a role too',
      [
        'GRANT `role` TO `app`@`%`',
        'GRANT SELECT ON `sh%`.* TO `app`@`%`',
        'GRANT SHOW VIEW, EVENT ON *.* TO `role`',
        'GRANT EXECUTE, TRIGGER ON `_hop`.* TO `role`',
      ],
    ],
  ])('%s', (_, lines) => {
    expect(missing(lines)).toEqual([]);
  });
});

it('what is missing is named, with what would be left out in silence', () => {
  expect(missing(['GRANT SELECT, SHOW VIEW ON `shop`.* TO `app`@`%`'])).toEqual([
    "User 'app' lacks TRIGGER, EVENT on database 'shop' in pod X, without which its dump is not complete; grant them",
    "User 'app' does not see the procedures and functions of database 'shop' in pod X, so its dump would leave them out; grant it SHOW_ROUTINE ON *.*",
  ]);
  expect(
    missing(['GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON `shop`.* TO `app`@`%`'], { family: 'MariaDB' }),
  ).toEqual([expect.stringMatching(/; grant it SELECT ON mysql\.proc$/)]);
});

describe('it does not count', () => {
  it.each([
    ['a right on another database', 'GRANT ALL PRIVILEGES ON `shops`.* TO `app`@`%`'],
    ['an escaped underscore for any character', 'GRANT ALL PRIVILEGES ON `sho\\\\_`.* TO `app`@`%`'],
    ['a right on one table', 'GRANT ALL PRIVILEGES ON `shop`.`orders` TO `app`@`%`'],
    ['a right on some columns', 'GRANT SELECT (`a`, `b`) ON `shop`.`orders` TO `app`@`%`'],
    ['a right on a procedure', 'GRANT EXECUTE ON PROCEDURE `shop`.`p` TO `app`@`%`'],
  ])('%s', (_, line) => {
    expect(missing([line])[0]).toContain('lacks SELECT, SHOW VIEW, TRIGGER, EVENT');
  });

  it('a right that was revoked for the one database', () => {
    const lines = [
      'GRANT ALL PRIVILEGES ON *.* TO `app`@`%`',
      'REVOKE SELECT, TRIGGER ON `shop`.* FROM `app`@`%`',
    ];
    expect(missing(lines)).toEqual([expect.stringContaining('lacks SELECT, TRIGGER on')]);
    expect(missing(lines, { databases: ['other'] })).toEqual([]);
  });
});

it('a database may have any name', () => {
  const databases = ["a`b\\c_d'\n%"];
  const pattern = "a``b\\\\\\\\c\\\\_d'\\n\\\\%";
  expect(missing([`GRANT ALL PRIVILEGES ON \`${pattern}\`.* TO \`app\`@\`%\``], { databases })).toEqual([]);
});

it('who asks for all databases must see all', () => {
  const choice = { from: 'all' } as const;
  const lines = ['GRANT ALL PRIVILEGES ON `shop`.* TO `app`@`%`'];
  expect(missing(lines, { choice })).toEqual([
    "User 'app' in pod X may not see every database, so '*' could leave some out; grant it SHOW DATABASES ON *.*",
  ]);
  expect(missing([...lines, 'GRANT SHOW DATABASES ON *.* TO `app`@`%`'], { choice })).toEqual([]);
});
