import type { MysqlSettings } from './settings.ts';
import { humanDuration } from '../../core/human-duration.ts';
import type { Facts } from '../../pods/script-output.ts';
import type { Judgement } from '../engine.ts';
import { judgeContents } from './contents.ts';
import { missingPrivileges } from './privileges.ts';
import { mismatch, serverRelease, toolRelease } from './release.ts';

/** What the facts of the check script say of dumps of these databases, and of this engine alone. */
export function judgeMysql(
  facts: Pick<Facts, 'get' | 'all'>,
  settings: MysqlSettings,
  databases: readonly string[],
  where: string,
): Judgement {
  const user = facts.get('user') ?? '';
  const contents = judgeContents(facts, databases, user, where);
  return {
    problems: [...serverProblems(facts, settings, databases, where), ...contents.problems],
    warnings: [...contents.warnings, ...timeWarnings(facts, where)],
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
  const request = { user, databases, choice, family, where };
  return [
    ...toolProblems(facts, version, where),
    ...sessionProblems(facts, where),
    ...missingPrivileges(facts.all('grant'), request),
  ];
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

/** The tool does not lift it, and how long it takes for a table nobody knows before. */
function timeWarnings(facts: Pick<Facts, 'get'>, where: string): string[] {
  const milliseconds = facts.get('milliseconds');
  return milliseconds === undefined
    ? []
    : [
        `The server in ${where} ends what reads for more than ${humanDuration(Number(milliseconds))}, and so a dump that takes longer for a table; set max_execution_time to 0, of the server or in init_connect`,
      ];
}

/** The tool sets neither: it would leave rows out, or take old ones, and end well. */
function sessionProblems(facts: Pick<Facts, 'get'>, where: string): string[] {
  const [rows, asof] = [facts.get('rows'), facts.get('asof')];
  return [
    rows !== undefined &&
      `The server in ${where} limits what a session reads to ${rows} rows, so a dump would have no more of each table; set sql_select_limit to its default, of the server and in init_connect`,
    asof !== undefined &&
      `The server in ${where} shows a session the rows of tables with a history as they were at ${asof}; set system_versioning_asof to DEFAULT, of the server and in init_connect`,
  ].filter((problem) => typeof problem === 'string');
}
