import { quoted, shown } from '../core/quoted.ts';
import type { Outlived, Run } from './facts.ts';
import type { Problem } from './line.ts';
import { lasting, problem } from './run-words.ts';

/** What keeps a Job from its end when its own container has come to its own. */
export function outlivedProblem(
  run: Run,
  { container, exitCode, endedAt, by }: Outlived,
  now: number,
): Problem {
  const how = exitCode === 0 ? '' : ` with exit code ${exitCode}`;
  const others = by.map((name) => quoted(name)).join(' and ');
  const who = by.length === 1 ? `container ${others} still runs` : `containers ${others} still run`;
  const when = Number.isNaN(endedAt) ? '' : ` ${lasting(endedAt, now)} ago`;
  return problem(
    run,
    `does not end: its container ${quoted(container)} has ended${how}${when}, but ${who}`,
    `keep such containers out of its pods, as with podLabels of the chart ('sidecar.istio.io/inject': 'false'), or make them native sidecars, and end this Job: kubectl -n ${shown(run.namespace)} delete job ${shown(run.name)}`,
  );
}
