import type { RequestInfo } from '../sandbox/api/request-info.ts';
import type { Fault } from './fault.ts';
import { matches, suits } from './match.ts';
import type { Match } from './match.ts';

export interface Rules {
  readonly inject: (match: Match, fault: Fault) => void;
  readonly clear: () => void;
  /** The fault for this request, which every rule that matches counts. */
  readonly strike: (request: RequestInfo) => Fault | undefined;
}

/** Of several rules that are due, the one that was injected first strikes; the others stay due for the next request. */
export function createRules(): Rules {
  let rules: { match: Match; fault: Fault; seen: number; struck: number }[] = [];
  return {
    inject(match, fault) {
      rules.push({ match, fault, seen: 0, struck: 0 });
    },
    clear() {
      rules = [];
    },
    strike(request) {
      const concerned = rules.filter(({ match, fault }) => suits(fault, request) && matches(match, request));
      for (const rule of concerned) rule.seen++;
      const due = concerned.find(
        ({ match: { nth = 1, times = 1 }, seen, struck }) => seen >= nth && struck < times,
      );
      if (due) due.struck++;
      return due?.fault;
    },
  };
}
