import type { Context } from '../../context.ts';
import { UserError } from '../../core/errors.ts';
import { hasStatus } from '../../kube/error.ts';
import { calendarDate } from '../../snapshots/buckets.ts';
import type { Failure } from '../../snapshots/bulk/in-parallel.ts';
import { readSnapshots } from '../../snapshots/bulk/read-snapshots.ts';
import { readInScope } from '../../snapshots/bulk/scope.ts';
import { countsOf } from '../../snapshots/bulk/whose.ts';
import { readSnapshot, type ManagedSnapshot } from '../../snapshots/managed.ts';
import type { SnapshotContext } from '../../snapshots/provider.ts';
import type { SharedValues } from '../../snapshots/shared-values.ts';
import type { StoredSnapshot } from '../../snapshots/stored.ts';
import { sayOddHolds } from '../odd-holds.ts';
import { Claims, readClaims, type Claim } from '../retain/claims.ts';
import { withGrace } from './grace.ts';
import { planMarks, type MarkDecision, type Today } from './mark.ts';
import { type Restores, restoresOf, waitForRestores } from './restores.ts';
import type { MarkAndDeleteSettings } from './settings.ts';
import { stuckDecisions, stuckIn } from './stuck.ts';
import { type SweepDecision, planSweep } from './sweep.ts';

/** What is to be done, decided on what was read; nothing is changed. */
export interface Plan {
  readonly count: number;
  readonly today: string;
  readonly marks: readonly MarkDecision[];
  readonly due: readonly SweepDecision[];
  readonly others: readonly SweepDecision[];
  readonly unread: readonly Failure[];
  /** Those that were read; undefined when it was the whole cluster. */
  readonly namespaces: readonly string[] | undefined;
}

/** Throws UserError 'preflight', KubeError, or the signal's reason. */
export async function makePlan(settings: MarkAndDeleteSettings, context: SnapshotContext): Promise<Plan> {
  const now = context.clock.now();
  const today = calendarDate(now, settings.timeZone);
  const read = (stored: StoredSnapshot, share: SharedValues) =>
    readSnapshot(stored, settings.timeZone, share);
  const seen: (string | undefined)[] = [];
  const readIn = async (namespace?: string) => {
    const found = await readSnapshots({ namespace }, read, context);
    const claims = await claimsIn(namespace, context);
    seen.push(namespace);
    return { snapshots: found, claims };
  };
  const { parts, unread } = await readInScope(settings, readIn, context);
  const namespaces = seen.includes(undefined) ? undefined : seen.filter((name) => name !== undefined);
  const snapshots = parts.flatMap((part) => part.snapshots);
  const present = parts.flatMap((part) => part.claims);
  const claims = new Claims(present);
  const restores = restoresOf(present, context.snapshots);
  sayOddHolds(snapshots, context);
  const tiered = snapshots.filter(
    ({ retain, isDeleting }) => retain === 'daily_weekly_monthly' && !isDeleting,
  );
  const marks = settings.marks ? planMarks(tiered, { now, today }, claims).filter(({ mark }) => mark) : [];
  const sweep = settings.sweeps
    ? whatGoes(snapshots, { now, today }, claims, restores, settings.graceMilliseconds)
    : [];
  const due = sweep.filter(({ fate }) => fate === 'delete');
  const stuck = settings.sweeps ? stuckIn(snapshots, now) : [];
  sayStuck(stuck, context);
  const others = [...sweep.filter(({ fate }) => fate !== 'delete'), ...stuckDecisions(stuck)];
  return { count: snapshots.length, today, marks, due, others, unread, namespaces };
}

/** What its date says, unless something else has it wait. */
function whatGoes(
  snapshots: readonly ManagedSnapshot[],
  at: Today,
  { uidOf }: Claims,
  restores: Restores,
  graceMilliseconds: number,
): SweepDecision[] {
  const marked = withGrace(planSweep(snapshots, at, uidOf), snapshots, at.now, graceMilliseconds);
  return waitForRestores(marked, snapshots, restores);
}

/** Without them nobody knows which volumes are lost, and so what is to be left alone. Throws UserError 'preflight'. */
async function claimsIn(namespace: string | undefined, context: Context): Promise<readonly Claim[]> {
  try {
    return await readClaims(namespace, context);
  } catch (error) {
    if (!hasStatus(error, 403)) throw error;
    throw new UserError(
      'preflight',
      `The PVCs cannot be listed (${error.message}), so nobody knows which volumes are lost; allow the service account to list persistentvolumeclaims`,
      { cause: error },
    );
  }
}

function sayStuck(stuck: readonly ManagedSnapshot[], { log }: Context): void {
  if (stuck.length === 0) return;
  const about = { stuck: stuck.length, namespaces: countsOf(stuck) };
  log.warn(
    about,
    'snapshots are on their way out for more than a day; the result names some of each namespace',
  );
}
