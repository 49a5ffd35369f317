import type { Facts } from '../../pods/script-output.ts';
import { dumpNeeds, few, type Statement } from './dump-needs.ts';
import { grantee, restoringUser, rightsLacking } from './restore-rights.ts';

/**
 * MySQL has no rename of databases, and takes nothing back: so a dump is restored into a new database first, on trial, which is
 * dropped again. What the trial does not do is to run: the dump's events are left out.
 */

/** Of what the new database is called: at most 38 characters of the old name, then this and a time. */
export const trialName = '_restoring_';
export const keptOfName = 38;

/** Why there is no trial, as a sentence; undefined when there can be one. */
export function trialProblem(
  facts: Pick<Facts, 'get' | 'all'>,
  what: string,
  where: string,
): string | undefined {
  // Who wrote it may have put an event where we do not look for one, and it would run in the new database.
  if (facts.get('tool') === undefined)
    return `${what} is restored without a trial in a new database, as neither mysqldump nor mariadb-dump has made it`;
  // It may change the database that lives, also from the new one.
  const { unusual } = dumpNeeds(facts);
  if (unusual.length > 0)
    return `${what} is restored without a trial in a new database, as it has statements that neither mysqldump nor mariadb-dump writes (${few(unusual.map(withoutValues))})`;
  return (
    spelledProblem(facts, what, where) ??
    rightsProblem(facts, what, where) ??
    spaceProblem(facts, what, where)
  );
}

/** Of a statement its beginning: behind a quote or a bracket there may be what a row has. */
function withoutValues({ line, words }: Statement): Statement {
  return { line, words: words.replace(/['"(].*$/s, '…') };
}

/** The server has written out the name itself: in another database it would mean the old one. */
function spelledProblem(facts: Pick<Facts, 'get' | 'all'>, what: string, where: string): string | undefined {
  const { database } = restoringUser(facts, where);
  const own = dumpNeeds(facts).spelled.find((one) => one.database === database);
  if (!own) return undefined;
  return `${what} is restored without a trial in a new database, as line ${own.line} of it names database '${database}' itself, in a view or in a default`;
}

function rightsProblem(facts: Pick<Facts, 'get' | 'all'>, what: string, where: string): string | undefined {
  const user = restoringUser(facts, where);
  const kept = Array.from(user.database).slice(0, keptOfName).join('');
  const { grants } = user;
  const database = `${kept}${trialName}20260101t000000`;
  const mayMake = ['CREATE', 'DROP'].every((right) => grants.hasOn(database, right));
  if (mayMake && rightsLacking(dumpNeeds(facts), { ...user, database }).length === 0) return undefined;
  const pattern = `${kept}${trialName}`.replaceAll(/[_%\\]/g, '\\$&').replaceAll('`', '``');
  return `${what} is restored without a trial in a new database, which user '${user.account}' in ${where} may not make; GRANT ALL PRIVILEGES ON \`${pattern}%\`.* TO ${grantee(user.account)}`;
}

/** Rows in a table take more than as text, and so do keys; the log of the engine grows besides. */
function spaceProblem(facts: Pick<Facts, 'get' | 'all'>, what: string, where: string): string | undefined {
  const free = /\s\d+\s+\d+\s+(\d+)\s+\d+%\s/.exec(`${facts.get('space') ?? ''} `)?.[1];
  const wanted = 2 * Number(facts.get('text') ?? Number.NaN);
  if (free === undefined || Number(free) * 1024 >= wanted) return undefined;
  return `${what} is restored without a trial in a new database, as the volume of the server in ${where} has ${Number(free) * 1024} bytes free, and it may take ${wanted}; enlarge the volume`;
}
