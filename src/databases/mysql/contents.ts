import type { Facts } from '../../pods/script-output.ts';

/** What the check script said of things in the databases to dump that a dump cannot have, or not as one would think. */
export interface Contents {
  /** One sentence each. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

export function judgeContents(
  facts: Pick<Facts, 'all'>,
  databases: readonly string[],
  user: string,
  where: string,
): Contents {
  const named = (key: string): Thing[] =>
    facts
      .all(key)
      .map(parse)
      .filter(({ database }) => databases.includes(database));
  const [unsafe, hidden, broken] = [named('unsafe'), named('hidden'), named('broken')];
  const problems = [
    hidden.length > 0 &&
      `User '${user}' may not read ${few('routine', hidden)} in ${where}, where the dump would end; grant it what shows ${hidden.length === 1 ? 'it' : 'them'}: SHOW_ROUTINE ON *.* in MySQL, SELECT ON mysql.proc in MariaDB`,
    broken.length > 0 &&
      `User '${user}' cannot read ${few('view', broken)} in ${where}, where the dump would end: something ${broken.length === 1 ? 'it refers' : 'they refer'} to is not there, or not allowed; mend or drop ${broken.length === 1 ? 'it' : 'them'}`,
  ].filter((problem) => typeof problem === 'string');
  const engines = [...new Set(unsafe.map(({ rest }) => rest))].sort().join(', ');
  const warnings = [
    ...(unsafe.length > 0
      ? [
          `No transaction protects ${few('table', unsafe)} in ${where} (engine ${engines}), so rows that are written during the dump may not fit together; give ${unsafe.length === 1 ? 'it' : 'them'} the engine InnoDB`,
        ]
      : []),
    ...inexactWarnings(named('inexact'), where),
    ...historyWarnings(named('versioned'), facts.all('history').length > 0, where),
  ];
  return { problems, warnings };
}

/** What comes back as something else. */
function inexactWarnings(inexact: readonly Thing[], where: string): string[] {
  const digits = inexact.filter(({ rest }) => rest === 'digits');
  const labels = inexact.filter(({ rest }) => rest === 'labels');
  return [
    digits.length > 0 &&
      `Columns of type FLOAT of ${few('table', digits)} in ${where} are dumped with six digits, so numbers with more come back as others; make the columns DOUBLE`,
    labels.length > 0 &&
      `Labels of ENUM or SET of ${few('table', labels)} in ${where} show a question mark, as the server does in place of a character of four bytes, such as an emoji: if it is one, values of that label do not come back; give ${labels.length === 1 ? 'it' : 'them'} other labels`,
  ].filter((warning) => typeof warning === 'string');
}

/** What of the history of tables is not dumped. The tool fails where one table of a database has a history of transactions. */
function historyWarnings(versioned: readonly Thing[], isDumped: boolean, where: string): string[] {
  if (versioned.length === 0) return [];
  if (!isDumped)
    return [
      `The history of ${few('table', versioned)} in ${where} is not dumped, as its mariadb-dump has no --dump-history, which came with 10.11: only the present rows come back`,
    ];
  const precise = versioned.filter(({ rest }) => rest === 'transactions');
  if (precise.length === 0) return [];
  const databases = new Set(precise.map(({ database }) => database));
  const left = versioned.filter(({ database }) => databases.has(database));
  return [
    `The history of ${few('table', left)} in ${where} is not dumped, as mariadb-dump dumps none of a database that has a history of transactions (${few('table', precise)}): only the present rows come back`,
  ];
}

interface Thing {
  readonly database: string;
  readonly name: string;
  readonly rest: string;
}

/** Database and name in hexadecimal. */
function parse(fact: string): Thing {
  const [database = '', name = '', rest = ''] = fact.split(' ');
  const text = (hex: string): string => Buffer.from(hex, 'hex').toString();
  return { database: text(database), name: text(name), rest };
}

function few(kind: string, things: readonly Thing[]): string {
  const first = things.slice(0, 3).map(({ database, name }) => `'${database}.${name}'`);
  const others = things.length - first.length;
  return `${kind}${things.length === 1 ? '' : 's'} ${first.join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
}
