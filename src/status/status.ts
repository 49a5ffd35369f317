import type { Scope } from '../catalogue/scope.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';
import type { Unseen } from './facts.ts';
import { requireNamespace } from '../kube/require-namespace.ts';
import { judge } from './judge.ts';
import type { StatusLine } from './line.ts';
import { readFacts } from './read-facts.ts';

/** What `status` says. */
export interface StatusReport {
  /** Absent when it is of the whole cluster. */
  readonly namespace?: string;
  /** By the clock of the API server. */
  readonly at: Date;
  readonly lines: readonly StatusLine[];
  /** What the caller may not list: nothing is said of it. */
  readonly unseen: readonly Unseen[];
}

/** Throws UserError 'preflight' when there is no such namespace, or its PVCs, CronJobs or snapshots cannot be seen. */
export async function readStatus(
  scope: Scope,
  knownNames: ReadonlySet<string>,
  context: SnapshotContext,
): Promise<StatusReport> {
  const facts = await readFacts(scope, knownNames, context);
  const lines = judge(facts);
  if (lines.length === 0 && scope !== undefined) await requireNamespace(scope, context);
  const namespace = scope === undefined ? {} : { namespace: scope };
  return { ...namespace, at: new Date(facts.now), lines, unseen: facts.unseen };
}

/** Neither protected, nor on the way to it, nor said to need no backup. */
export function unprotectedIn(lines: readonly StatusLine[]): readonly StatusLine[] {
  return lines.filter(({ protection }) => protection === 'no');
}
