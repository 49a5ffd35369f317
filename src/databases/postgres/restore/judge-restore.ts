import type { Judgement, RestoreWay } from '../../engine.ts';
import type { Facts } from '../../../pods/script-output.ts';
import { sentence } from '../../../core/quoted.ts';

type Said = Pick<Facts, 'get' | 'all'>;

/** What the facts of the preparation say against a restore, and what is worth saying besides. */
export function judgeRestore(facts: Said, way: RestoreWay, where: string): Omit<Judgement, 'toolVersion'> {
  return {
    problems: [...dumpProblems(facts, where), ...(way === 'beside' ? besideProblems(facts, where) : [])],
    warnings: way === 'beside' ? besideWarnings(facts, where) : inPlaceWarnings(facts, where),
  };
}

function dumpProblems(facts: Said, where: string): string[] {
  const user = facts.get('user') ?? '';
  const command = facts.get('command');
  const ends = facts.get('ends');
  const absent = facts
    .all('absent')
    .map(
      (name) =>
        `Extension '${name}', which the dump needs, is not installed in ${where}; use an image that has it`,
    );
  const privileged = facts
    .all('privileged')
    .map(
      (name) =>
        `Extension '${name}', which the dump needs, can be created by a superuser only, and user '${user}' in ${where} is none; restore as a superuser`,
    );
  return [
    ...(command === undefined ? [] : [commandProblem(command)]),
    ...(ends === undefined ? [] : [endsProblem(ends)]),
    ...absent,
    ...privileged,
    ...listed(
      facts.all('nobody'),
      (names) =>
        `There is no role ${names} in ${where}, to which objects of the dump belong; restore the roles first, from the dump of the globals beside it`,
    ),
    ...listed(
      facts.all('foreign'),
      (names) =>
        `Objects of the dump belong to role ${names}, of which user '${user}' in ${where} is not a member; grant it the role, or restore as a superuser`,
    ),
  ];
}

/** As pg_dump --create makes it, or as somebody has written it. */
function commandProblem(command: string): string {
  const what = sentence(command) ?? '';
  return `The dump cannot be restored into one database: ${what}, as pg_dump --create writes it; restore it with psql by hand`;
}

/** As nothing that pg_dump writes does. */
function endsProblem(ends: string): string {
  const what = sentence(ends) ?? '';
  const otherWay = what.includes(' in place') ? ', or restore without ⟪inPlace⟫' : '';
  return `The dump cannot be restored as a whole: ${what}; take that out of it${otherWay}`;
}

function besideProblems(facts: Said, where: string): string[] {
  const [user, owner] = [facts.get('user') ?? '', facts.get('owner') ?? ''];
  const instead = 'or restore with ⟪inPlace⟫';
  if (facts.get('maintenance') === undefined) {
    return [
      `User '${user}' in ${where} can connect to neither database 'postgres' nor 'template1', from where a database is renamed; grant it CONNECT on one, ${instead}`,
    ];
  }
  const denied = facts.get('denied');
  const prepared = Number(facts.get('prepared'));
  return [
    facts.get('creates') !== 'true' &&
      `User '${user}' in ${where} may not create databases; give it CREATEDB (alter role ... createdb), ${instead}`,
    facts.get('owns') === 'false' &&
      `User '${user}' in ${where} may not rename the database, which belongs to '${owner}'; restore as '${owner}' or as a superuser, ${instead}`,
    denied !== undefined &&
      `User '${user}' in ${where} may not give a new database the properties of the old one (${sentence(denied) ?? ''}); restore as a superuser, ${instead}`,
    prepared > 0 &&
      `The database in ${where} has ${prepared} prepared transactions, with which it cannot be renamed; commit them or roll them back (pg_prepared_xacts)`,
    ...listed(
      facts.all('stranger'),
      (names) =>
        `Sessions of ${names} use the database in ${where}, and user '${user}' may not end them; stop them, or restore as a superuser`,
    ),
    spaceProblem(facts, where),
  ].filter((problem) => typeof problem === 'string');
}

/** Both databases are there at once, and the new one takes about what the old one takes. */
function spaceProblem(facts: Said, where: string): string | undefined {
  const free = /\s\d+\s+\d+\s+(\d+)\s+\d+%\s/.exec(`${facts.get('space') ?? ''} `)?.[1];
  const size = Number(facts.get('size') ?? 0);
  if (free === undefined || Number(free) * 1024 >= size) return undefined;
  return `The volume of the database in ${where} has ${Number(free) * 1024} bytes free, and a second database beside the old one takes about ${size}; enlarge the volume, or restore with ⟪inPlace⟫`;
}

function besideWarnings(facts: Said, where: string): string[] {
  return [
    ...listed(
      facts.all('slot'),
      (names) =>
        `Replication slot ${names} in ${where} stays with the old database, keeps its WAL, and must be dropped before that; create it anew for the restored one`,
    ),
    ...listed(
      facts.all('subscription'),
      (names) =>
        `Subscription ${names} in ${where} stays with the old database and goes on there, which cannot be dropped before it, neither by ⟪dropOld⟫: drop the subscription, and enable that of the restored one`,
    ),
  ];
}

/** All is one transaction: what is there is dropped, then as much is made, and each table, index and sequence takes a lock. */
function inPlaceWarnings(facts: Said, where: string): string[] {
  const [there = 0, room = Infinity] = (facts.get('locks') ?? '').split(' ').filter(Boolean).map(Number);
  const wanted = there + Math.max(there, Number(facts.get('tables') ?? 0));
  return [
    ...(wanted > room
      ? [
          `The restore in place takes about ${wanted} locks at once in ${where}, where max_locks_per_transaction makes room for ${room}: it may fail, and then changes nothing; raise that, or restore without ⟪inPlace⟫`,
        ]
      : []),
    ...listed(
      facts.all('defaults'),
      (names) =>
        `Default privileges of role ${names} in ${where} are given to what the restore in place makes anew, beside the rights in the dump; look at its rights afterwards, or restore without ⟪inPlace⟫`,
    ),
  ];
}

function listed(names: readonly string[], sentenceOf: (names: string) => string): string[] {
  if (names.length === 0) return [];
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return [
    sentenceOf(
      `${names
        .slice(0, 3)
        .map((name) => `'${name}'`)
        .join(', ')}${more}`,
    ),
  ];
}
