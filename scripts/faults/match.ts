import type { RequestInfo } from '../sandbox/api/request-info.ts';
import type { Fault } from './fault.ts';

const fields = ['verb', 'path', 'group', 'resource', 'subresource', 'namespace', 'name'] as const;

/** Which requests a rule is for: those that have all the fields given here. An exec's verb is `get`. */
export interface Match extends Partial<Pick<RequestInfo, (typeof fields)[number]>> {
  /** Strike from this matching request on; 1, which is the first. */
  readonly nth?: number;
  /** How many requests to strike; 1. */
  readonly times?: number;
}

/** A resource without a subresource means the resource itself: `pods` does not match `pods/exec`. */
export function matches(match: Match, request: RequestInfo): boolean {
  if (match.resource !== undefined && match.subresource !== request.subresource) return false;
  return fields.every((field) => match[field] === undefined || match[field] === request[field]);
}

/** Whether the fault means anything to such a request. */
export function suits({ kind }: Fault, { verb, subresource }: RequestInfo): boolean {
  const isWatch = verb === 'watch';
  const isExec = subresource === 'exec' || subresource === 'attach';
  if (kind.startsWith('exec')) return isExec;
  if (kind === 'goneInWatch' || kind === 'cutWatch') return isWatch;
  return kind !== 'halfBody' || !(isWatch || isExec);
}
