import { createHash } from 'node:crypto';
import type { Caller } from '../../caller.ts';
import type { Context } from '../../context.ts';
import { PartialError, ResultError } from '../../core/errors.ts';
import { requireRightClock } from '../../kube/right-clock.ts';
import { recorded } from '../../record/recorded.ts';
import type { Report } from '../../record/report.ts';
import { bulkReport } from '../../snapshots/bulk/report.ts';
import type { Scope } from '../../snapshots/bulk/scope.ts';
import { sayOddHolds } from '../odd-holds.ts';
import { applyChanges } from './apply.ts';
import { type LeftAlone, planVolumes } from './plan-volumes.ts';
import type { RetentionDecision, TierDecision } from './plan.ts';
import { policiesOf } from './policies.ts';
import { readVolumes } from './read-volumes.ts';
import { type ForeignTrace, ForeignTraces, policyText, sayOthers } from './retained-by.ts';
import type { RetainSettings } from './settings.ts';
import type { Failure, Undone } from '../../snapshots/bulk/in-parallel.ts';
import { whatFailed, whose } from '../../snapshots/bulk/whose.ts';
import type { ManagedSnapshot } from '../../snapshots/managed.ts';
import type { SnapshotContext } from '../../snapshots/provider.ts';
import type { Labelled } from '../../snapshots/stored.ts';
import { type RetentionPolicy, ordinaryTiers, tiers } from '../../snapshots/tiers.ts';

/** What `retain` says at its end, on one line of JSON. */
export interface RetainResult {
  /** Nothing was changed: it only says what would be. */
  readonly dryRun: boolean;
  /** That of the settings; annotations may say otherwise of a namespace or a volume. */
  readonly policy: RetentionPolicy;
  /** Names these changes, for `--expect-plan`. */
  readonly plan: string;
  /** How many snapshots have a tier, and how many volumes they are of. */
  readonly snapshots: number;
  readonly volumes: number;
  /** What was, or would be, taken from which, and why. */
  readonly changed: readonly ChangedSnapshot[];
  /** What nothing was decided on, of volumes that are gone or snapshots that are not ready now. */
  readonly leftAlone: readonly LeftAlone[];
  readonly failed: readonly Failure[];
  /** Left alone because of what they are: a policy that nobody understands, or what others write to a snapshot. */
  readonly skipped: readonly Failure[];
  /** Other installs that retain some of the same snapshots by another policy, as far as their traces tell. */
  readonly others: readonly ForeignTrace[];
}

interface ChangedSnapshot {
  readonly namespace: string;
  readonly name: string;
  readonly pvc: string;
  readonly tiers: readonly TierDecision[];
}

type RetainCaller = Pick<Caller<RetainResult>, 'confirm' | 'withNames'>;

/** A schedule, which was asked when it was made. */
const nobody: RetainCaller = { confirm: () => Promise.resolve() };

/** How its runs are told; `namespace` is the one that it runs in. */
export const retainReport = (scope: Scope | undefined, namespace: string): Report<RetainResult> =>
  bulkReport(
    {
      name: 'retain',
      described: ({ changed, snapshots }) => `${changed.length} of ${snapshots} snapshots lost labels`,
      counts: ({ changed, snapshots }) => ({ changed: changed.length, seen: snapshots }),
    },
    scope,
    namespace,
  );

/**
 * Keeps the newest snapshots of each tier, by taking the labels off the others. The caller is asked once, about the whole plan.
 * Its end is told, unless it is a dry run. Throws UserError, ResultError, or what `confirm` does.
 */
export function retain(
  settings: RetainSettings,
  context: SnapshotContext,
  caller: RetainCaller = nobody,
): Promise<RetainResult> {
  const work = () => takeLabels(settings, context, caller);
  if (settings.dryRun) return work();
  const report = retainReport(settings, context.kube.namespace);
  return recorded({ report, settings: settings.record, withNames: caller.withNames }, context, work);
}

async function takeLabels(
  settings: RetainSettings,
  context: SnapshotContext,
  caller: RetainCaller,
): Promise<RetainResult> {
  const { policy, timeZone, dryRun, expectedPlan } = settings;
  await requireRightClock(context);
  const at = context.clock.now().getTime();
  const trace = { by: settings.name ?? context.kube.namespace, policy: policyText(policy), at };
  const traces = new ForeignTraces(trace);
  const see = (object: Labelled): void => traces.add(object);
  const { snapshots, overrides, claims, unread } = await readVolumes(settings, timeZone, context, see);
  sayOthers(traces.all, trace, context);
  sayWhatIsUnlabelled(snapshots, policy, context);
  sayOddHolds(snapshots, context);
  const policyOf = policiesOf(policy, overrides);
  const planned = planVolumes(snapshots, policyOf, claims, context.clock.now(), timeZone);
  const { changes, volumes, refused, leftAlone } = planned;
  for (const { error } of refused) context.log.warn(error);
  for (const one of leftAlone) context.log.warn({ ...one }, 'left alone');
  const counts = { snapshots: snapshots.length, volumes };
  context.log.info({ ...counts, changes: changes.length }, 'planned');
  const plan = planHash(changes);
  const changed = changes.map(described);
  const result = {
    dryRun,
    policy,
    plan,
    ...counts,
    changed,
    leftAlone,
    failed: unread,
    skipped: refused,
    others: traces.all,
  };
  requireExpected(expectedPlan, result);
  if (!dryRun && changes.length > 0)
    await caller.confirm({ sentence: `Take labels off ${changes.length} snapshots?`, details: result });
  return dryRun
    ? outcome(result)
    : outcome(result, await applyChanges(changes, { timeZone, trace }, context));
}

/** A tier that is asked for and that no backup was labelled with keeps nothing, and looks as if it did. */
function sayWhatIsUnlabelled(
  snapshots: readonly ManagedSnapshot[],
  policy: RetentionPolicy,
  { log }: Context,
): void {
  const unusual = tiers.filter((tier) => policy[tier] > 0 && !ordinaryTiers.includes(tier));
  for (const tier of unusual) {
    if (snapshots.some((snapshot) => snapshot.tiers.has(tier))) continue;
    log.warn({ tier }, 'no snapshot has the label of this tier; name it in ⟪labelTiers⟫ of create');
  }
}

/** What one namespace's people have to see to is not a failure of a run that is for all: it is named, and the others are done. */
function outcome(planned: RetainResult, undone: Undone = { failed: [], skipped: [] }): RetainResult {
  const failed = [...planned.failed, ...undone.failed];
  const result = { ...planned, failed, skipped: [...planned.skipped, ...undone.skipped] };
  if (failed.length === 0) return result;
  throw new PartialError(
    `${whatFailed([undone.failed.length, 'snapshot', 'changed'], [planned.failed.length, 'namespace', 'read'])}: ${whose(failed)}; the log says why, and the next run tries again`,
    result,
  );
}

function requireExpected(expected: string | undefined, result: RetainResult): void {
  const { plan, changed } = result;
  if (expected === undefined || expected === plan) return;
  throw new ResultError(
    'preflight',
    `The plan is not ${expected} but ${plan}, as something has changed since or the settings are not the same, with ${changed.length} snapshots to change, as printed; nothing was changed`,
    { ...result, dryRun: true },
  );
}

function described({ snapshot, tiers }: RetentionDecision): ChangedSnapshot {
  const { namespace, name, pvc } = snapshot;
  return { namespace, name, pvc, tiers };
}

/** Names a set of changes: the same for the same labels of the same snapshots, whatever else has happened to them. */
export function planHash(changes: readonly RetentionDecision[]): string {
  const hash = createHash('sha256');
  for (const { snapshot, tiers } of changes) {
    const { namespace, name, uid } = snapshot;
    const taken = tiers.filter(({ keep }) => !keep).map(({ tier, bucket }) => [tier, bucket]);
    hash.update(`${JSON.stringify([namespace, name, uid, taken])}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}
