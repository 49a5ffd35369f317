import type { Context } from '../context.ts';
import { PartialError, UserError } from '../errors.ts';
import type { KubeObject } from '../kube/object.ts';
import type { RetainSettings } from '../settings/retain.ts';
import { label } from '../snapshots/labels.ts';
import { tieredSnapshot } from '../snapshots/managed.ts';
import { applyChanges } from './apply.ts';
import { changesOf, planHash } from './changes.ts';
import type { Failure } from './in-parallel.ts';
import { planRetention, type RetentionDecision } from './plan.ts';
import { readSnapshots } from './read-snapshots.ts';
import type { TierDecision } from './tier-decision.ts';
import type { RetentionPolicy } from '../tiers.ts';

/** What `retain` says at its end, on one line of JSON. */
export interface RetainResult {
  /** Nothing was changed: it only says what would be. */
  readonly dryRun: boolean;
  readonly policy: RetentionPolicy;
  /** Names these changes, for `--expect-plan`. */
  readonly plan: string;
  /** How many snapshots have a tier, and how many volumes they are of. */
  readonly snapshots: number;
  readonly volumes: number;
  /** What was, or would be, taken from which, and why. */
  readonly changed: readonly ChangedSnapshot[];
  readonly failed: readonly Failure[];
}

interface ChangedSnapshot {
  readonly namespace: string;
  readonly name: string;
  readonly pvc: string;
  readonly tiers: readonly TierDecision[];
}

/** Keeps the newest snapshots of each tier, by taking the labels off the others. Throws PartialError. */
export async function retain(settings: RetainSettings, context: Context): Promise<RetainResult> {
  const { policy, timeZone, dryRun, namespaces } = settings;
  const scope = { namespaces, labelSelector: `${label.retain}=daily_weekly_monthly` };
  const read = (object: KubeObject) => tieredSnapshot(object, timeZone);
  const { snapshots, unread } = await readSnapshots(scope, read, context);
  const plan = planRetention(snapshots, policy, context.clock.now(), timeZone);
  const changes = changesOf(plan);
  const hash = planHash(changes);
  demandExpected(settings.expectedPlan, hash, changes.length);
  const volumes = new Set(snapshots.map(({ namespace, pvc }) => `${namespace}/${pvc}`)).size;
  context.log.info({ snapshots: snapshots.length, volumes, changes: changes.length }, 'planned');
  const failed = [...unread, ...(dryRun ? [] : await applyChanges(changes, context))];
  const changed = plan.filter(({ tiers }) => tiers.some(({ keep }) => !keep)).map(described);
  const result = { dryRun, policy, plan: hash, snapshots: snapshots.length, volumes, changed, failed };
  if (failed.length === 0) return result;
  throw new PartialError(
    `${failed.length - unread.length} snapshots could not be changed, and ${unread.length} namespaces could not be read; the log says why, and the next run tries again`,
    result,
  );
}

function demandExpected(expected: string | undefined, hash: string, count: number): void {
  if (expected === undefined || expected === hash) return;
  throw new UserError(
    'preflight',
    `The plan is not ${expected} any more but ${hash}, with ${count} snapshots to change; nothing was changed, look at it again with: backup-ns retain --dry-run`,
  );
}

function described({ snapshot, tiers }: RetentionDecision): ChangedSnapshot {
  const { namespace, name, pvc } = snapshot;
  return { namespace, name, pvc, tiers };
}
