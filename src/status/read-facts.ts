import { label, annotation } from '../snapshots/labels.ts';
import { readSnapshot } from '../snapshots/managed.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';
import { SharedValues } from '../snapshots/shared-values.ts';
import { explained, type Scope } from '../catalogue/scope.ts';
import { isManaged } from '../catalogue/list-snapshots.ts';
import { hasStatus } from '../kube/error.ts';
import { isDeleting, isRecord, type KubeObject } from '../kube/object.ts';
import { cronJobs, events, jobs, persistentVolumeClaims, pods, type Resource } from '../kube/resources.ts';
import type { Selection } from '../kube/kube.ts';
import type { Backup, BackupCronJob, Claim, Facts, Unseen } from './facts.ts';
import { readLastDump } from './last-dump.ts';
import { readCronJob } from './read-cron-job.ts';
import { readPod, readRemark, readRun } from './read-runs.ts';
import { unseenKind } from './unseen.ts';

/** What pods of Jobs are found by, among all others (Kubernetes 1.27). */
const ofJobs = 'batch.kubernetes.io/job-name';

/** Of a whole cluster, pods have the most events, and their status says the same. */
const warnings = 'type=Warning,involvedObject.kind!=Pod';

/**
 * One list of each kind, in pages; of each object only what a status needs is kept. Without the rights to see why runs fail,
 * that is missing; without PVCs, CronJobs and snapshots there is no status. Throws UserError 'preflight' then.
 */
export async function readFacts(
  scope: Scope,
  knownNames: ReadonlySet<string>,
  context: SnapshotContext,
): Promise<Facts> {
  const { kube, signal } = context;
  const unseen: Unseen[] = [];
  const optional = async <T>(kind: Unseen, read: Promise<T>, none: T): Promise<T> => {
    try {
      return await read;
    } catch (error) {
      if (!hasStatus(error, 403)) throw error;
      unseen.push(kind);
      return none;
    }
  };
  const all = <T>(resource: Resource, read: (object: KubeObject) => T | undefined, selection = {}) =>
    collect(resource, read, { namespace: scope, signal, ...selection }, context);
  const needed = async <T>(resource: Resource, read: (object: KubeObject) => T | undefined): Promise<T[]> => {
    try {
      return await all(resource, read);
    } catch (error) {
      throw unseenKind(error, resource, scope);
    }
  };
  const [now, claims, backupCronJobs, backups, runs, runPods, remarks, deletionPolicies] = await Promise.all([
    kube.serverTime({ signal }),
    needed(persistentVolumeClaims, readClaim),
    needed(cronJobs, (object): BackupCronJob | undefined => readCronJob(object, knownNames)),
    readBackups(scope, context),
    optional('jobs', all(jobs, readRun), []),
    optional('pods', all(pods, readPod, { labelSelector: ofJobs }), []),
    optional('events', all(events, readRemark, { fieldSelector: warnings }), []),
    optional('classes', context.snapshots.deletionPolicies(context), new Map<string, string>()),
  ]);
  return {
    now: now.getTime(),
    claims,
    cronJobs: backupCronJobs,
    runs,
    pods: runPods,
    remarks,
    backups,
    deletionPolicies,
    unseen: unseen.toSorted(),
  };
}

async function collect<T>(
  resource: Resource,
  read: (object: KubeObject) => T | undefined,
  selection: Selection,
  { kube }: SnapshotContext,
): Promise<T[]> {
  const found: T[] = [];
  for await (const object of kube.list(resource, selection)) {
    const one = read(object);
    if (one !== undefined) found.push(one);
  }
  return found;
}

/**
 * Undefined for a PVC that holds nothing for long: one on its way out, one that was never bound, or one that goes with
 * its pod.
 */
function readClaim(object: KubeObject): Claim | undefined {
  const { name, namespace, uid, creationTimestamp = '', annotations, ownerReferences = [] } = object.metadata;
  const isOfPod = ownerReferences.some(({ kind, controller }) => kind === 'Pod' && controller === true);
  const isBound = isRecord(object.status) && object.status['phase'] === 'Bound';
  if (isDeleting(object) || isOfPod || !isBound || !name || !namespace || !uid) return undefined;
  const exemption = annotations?.[annotation.noBackup];
  return { namespace, name, uid, madeAt: Date.parse(creationTimestamp), exemption };
}

async function readBackups(scope: Scope, context: SnapshotContext): Promise<Backup[]> {
  const backups: Backup[] = [];
  const share = new SharedValues();
  try {
    for await (const stored of context.snapshots.list({ namespace: scope }, context)) {
      if (!isManaged(stored)) continue;
      const { labels, annotations } = stored.metadata;
      const snapshot = readSnapshot(stored, 'UTC', share);
      if (snapshot.retain === undefined) continue;
      backups.push({
        ...snapshot,
        pod: labels?.[label.pod],
        className: share.text(stored.className),
        error: stored.isReadyToUse ? undefined : stored.error?.message,
        lastDump: readLastDump(annotations?.[annotation.dump]),
      });
    }
  } catch (error) {
    throw explained(error, scope, context.snapshots);
  }
  return backups;
}
