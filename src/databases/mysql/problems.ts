import type { MysqlSettings } from './settings.ts';
import { placeProblems, spaceProblems, type Place } from '../place-problems.ts';
import type { Facts } from '../../pods/script-output.ts';
import { judgeContents } from './contents.ts';
import { missingPrivileges } from './privileges.ts';
import { mismatch, serverRelease, toolRelease } from './release.ts';

export interface Judgement {
  /** One sentence each. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  readonly toolVersion: string | undefined;
}

/** What the facts of the check script say of a dump of these databases. */
export function judgeMysql(
  facts: Pick<Facts, 'get' | 'all'>,
  settings: MysqlSettings,
  databases: readonly string[],
  place: Place,
): Judgement {
  const { where } = place;
  const user = facts.get('user') ?? '';
  const contents = judgeContents(facts, databases, user, where);
  return {
    problems: [
      ...placeProblems(facts, place),
      ...connectionProblems(facts, settings, where),
      ...serverProblems(facts, settings, databases, where),
      ...contents.problems,
      ...spaceProblems(facts, place),
    ],
    warnings: contents.warnings,
    toolVersion: toolRelease(facts.get('tool') ?? '')?.version,
  };
}

function serverProblems(
  facts: Pick<Facts, 'get' | 'all'>,
  settings: MysqlSettings,
  databases: readonly string[],
  where: string,
): string[] {
  const version = facts.get('version');
  if (version === undefined) return [];
  const { family } = serverRelease(version);
  const [user, choice] = [facts.get('user') ?? '', settings.databases];
  const wish = { user, databases, choice, family, where };
  return [...toolProblems(facts, version, where), ...missingPrivileges(facts.all('grant'), wish)];
}

function toolProblems(facts: Pick<Facts, 'get'>, server: string, where: string): string[] {
  const said = facts.get('tool') ?? '';
  const tool = toolRelease(said);
  if (!tool) return [`The version of the dump tool in ${where} cannot be read from: ${said}`];
  const reason = mismatch(tool, serverRelease(server));
  return reason === undefined
    ? []
    : [
        `The dump tool in ${where} (${tool.version}) ${reason}, which it cannot dump faithfully; use an image that has the tools of its server`,
      ];
}

function connectionProblems(facts: Pick<Facts, 'get'>, settings: MysqlSettings, where: string): string[] {
  const words = facts.get('refused')?.trim();
  if (words === undefined) return [];
  const database = facts.get('database');
  const target = `${database ? `database '${database}'` : 'the server'} at ${settings.host}:${settings.port} as user '${facts.get('user')}'`;
  return [
    `MySQL refuses ${target} in ${where} (${words}); check BAK_DB_MYSQL_USER, _PASSWORD, _DB, _HOST and _PORT`,
  ];
}
