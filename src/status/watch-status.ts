import type { Scope } from '../catalogue/scope.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';
import type { StatusLine } from './line.ts';
import { readStatus, type StatusReport } from './status.ts';

/** A line that is new, has become another, or is gone. */
export interface StatusChange {
  readonly event: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** Of one that is gone, as it was last. */
  readonly line: StatusLine;
}

export interface StatusChanges {
  readonly report: StatusReport;
  readonly changes: readonly StatusChange[];
}

/** Much of it changes by the clock alone: it is read again rather than watched. */
const everyMs = { namespace: 5_000, cluster: 15_000 };

/** First all lines, then what has changed of them, for ever. Lines of one fingerprint are the same. */
export async function* watchStatus(
  scope: Scope,
  knownNames: ReadonlySet<string>,
  fingerprint: (line: StatusLine) => string,
  context: SnapshotContext,
): AsyncGenerator<StatusChanges> {
  const pause = scope === undefined ? everyMs.cluster : everyMs.namespace;
  let told = new Map<string, StatusLine>();
  for (;;) {
    const report = await readStatus(scope, knownNames, context);
    const present = new Map(report.lines.map((line) => [`${line.namespace}/${line.pvc}`, line]));
    yield { report, changes: changesBetween(told, present, fingerprint) };
    told = present;
    await context.clock.sleep(pause, context.signal);
  }
}

function changesBetween(
  before: ReadonlyMap<string, StatusLine>,
  now: ReadonlyMap<string, StatusLine>,
  fingerprint: (line: StatusLine) => string,
): StatusChange[] {
  const changes: StatusChange[] = [];
  for (const [key, line] of now) {
    const old = before.get(key);
    if (!old) changes.push({ event: 'ADDED', line });
    else if (fingerprint(old) !== fingerprint(line)) changes.push({ event: 'MODIFIED', line });
  }
  for (const [key, line] of before) if (!now.has(key)) changes.push({ event: 'DELETED', line });
  return changes;
}
