import type { MysqlSettings } from './settings.ts';
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
  const request = { user, databases, choice, family, where };
  return [...toolProblems(facts, version, where), ...missingPrivileges(facts.all('grant'), request)];
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
