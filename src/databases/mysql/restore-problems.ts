import type { Facts } from '../../pods/script-output.ts';
import type { Judgement, PreparedRestore } from '../engine.ts';
import { trialProblem } from './trial.ts';
import { sentence } from '../../core/quoted.ts';
import { dumpNeeds, few, type DumpNeeds } from './dump-needs.ts';
import { definerProblems, functionProblems, missingForRestore, restoringUser } from './restore-rights.ts';

/** No packet of the protocol is larger. */
const largestPacket = 1_073_741_824;

/** What speaks against a restore of the dump by what it needs, and what the server takes from this user; one sentence each. */
export function judgeRestore(
  facts: Pick<Facts, 'get' | 'all'>,
  { what, where, tries }: PreparedRestore,
): Omit<Judgement, 'toolVersion'> {
  const refused = facts.get('refused');
  if (refused !== undefined) {
    const why = sentence(refused) ?? 'without a word';
    return { problems: [`${what} cannot be judged by what the server takes: ${why}`], warnings: [] };
  }
  const untried = tries ? trialProblem(facts, what, where) : undefined;
  return {
    problems: restoreProblems(facts, what, where),
    warnings: untried === undefined ? [] : [untried],
  };
}

function restoreProblems(facts: Pick<Facts, 'get' | 'all'>, dump: string, where: string): string[] {
  if (facts.get('read') === undefined) return [`${dump} cannot be taken apart into statements; take another`];
  const needs = dumpNeeds(facts);
  const user = restoringUser(facts, where);
  return [
    ...elsewhereProblems(needs, user.database, facts.get('cases') !== '0', dump),
    ...packetProblems(needs, Number(facts.get('packet') ?? Number.NaN), dump, where),
    ...missingForRestore(needs, user, dump),
    ...definerProblems(needs, user, dump),
    ...functionProblems(needs, user, dump),
  ];
}

function elsewhereProblems(
  { elsewhere, within, global, commands }: DumpNeeds,
  database: string,
  ignoresCase: boolean,
  dump: string,
): string[] {
  const plain = (name: string): string => (ignoresCase ? name.toLowerCase() : name);
  const others = within.filter((one) => plain(one.database) !== plain(database));
  const lines = others.map((one) => ({ line: one.line, words: `a table of database '${one.database}'` }));
  const statements = [...elsewhere, ...lines];
  const problems: string[] = [];
  if (statements.length > 0)
    problems.push(
      `${dump} goes to a database of its own choice (${few(statements)}), as mysqldump --databases makes it, so it cannot be restored into '${database}'; restore it by hand`,
    );
  if (global.length > 0)
    problems.push(
      `${dump} changes more of the server than database '${database}' (${few(global)}); restore it by hand, or make one with --set-gtid-purged=OFF`,
    );
  if (commands.length > 0)
    problems.push(
      `${dump} has a command for the client, which no dump has (${few(commands)}); look at what it does, and restore it by hand`,
    );
  return problems;
}

/** The server counts one byte more, the command, and refuses a packet that is not smaller than its limit. */
function packetProblems(
  { longest: { bytes, line } }: DumpNeeds,
  limit: number,
  dump: string,
  where: string,
): string[] {
  if (!(bytes + 1 >= limit)) return [];
  const statement = `The longest statement of ${dump.replace(/^The /, 'the ')} has ${bytes} bytes (line ${line})`;
  if (bytes + 1 >= largestPacket)
    return [`${statement}, which no server takes, as 1 GiB is the limit; take a dump without --hex-blob`];
  const enough = 2 ** Math.ceil(Math.log2(bytes + 2));
  return [
    `${statement}, and the server in ${where} takes ${limit}; raise it with SET GLOBAL max_allowed_packet = ${enough} and in the server's configuration (a client by hand needs --max-allowed-packet=1G, too)`,
  ];
}
