import { annotation, pvcLabelValue } from '../snapshots/labels.ts';
import { newestFirst } from '../snapshots/managed.ts';
import { historyOf } from '../snapshots/volumes.ts';
import { quoted } from '../core/quoted.ts';
import type { Backup, BackupCronJob, Claim, Facts } from './facts.ts';
import type { Problem, StatusLine } from './line.ts';
import { Makers } from './makers.ts';
import { deletedWithNamespace, notReady, problemsOfCronJob, tooOld, unprotectable } from './problems.ts';
import { intervalOf, protectedSince, protectionBy, worst, type Protection } from './protection.ts';
import { RunIndex } from './run-index.ts';
import { DueTimes } from './schedule.ts';

/** One line for each PVC that is there or that a CronJob wants to back up, by namespace and name. Decides, and asks nobody. */
export function judge(facts: Facts): StatusLine[] {
  const makers = new Makers(facts);
  const judging = { facts, due: new DueTimes(facts.now), runs: new RunIndex(facts) };
  const claims = Map.groupBy(facts.claims, ({ namespace }) => namespace);
  const cronJobs = Map.groupBy(facts.cronJobs, ({ namespace }) => namespace);
  const backups = Map.groupBy(facts.backups, ({ namespace, pvc }) => `${namespace}/${pvc}`);
  const namespaces = [...new Set([...claims.keys(), ...cronJobs.keys()])].toSorted();
  return namespaces.flatMap((namespace) => {
    const here = claims.get(namespace) ?? [];
    const jobs = (cronJobs.get(namespace) ?? []).filter(({ target }) => target === namespace);
    const names = new Set([...here.map(({ name }) => name), ...jobs.flatMap(({ pvcs = [] }) => pvcs)]);
    return [...names].toSorted().map((pvc) => {
      const ofName = backups.get(`${namespace}/${pvcLabelValue(pvc)}`) ?? [];
      const claim = here.find(({ name }) => name === pvc);
      const own = jobs.filter((job) => isAbout(job, pvc, ofName, makers));
      return lineOf({ namespace, pvc, claim, cronJobs: own, backups: ofOneVolume(ofName, claim) }, judging);
    });
  });
}

/** Of a PVC that was made anew under the same name, earlier backups are of another volume. */
function ofOneVolume(backups: readonly Backup[], claim: Claim | undefined): readonly Backup[] {
  if (!claim) return [];
  const { name, uid, madeAt } = claim;
  return historyOf(backups, { pvc: pvcLabelValue(name), pvcUid: uid, madeAt }).toSorted(
    newestFirst,
  ) as Backup[];
}

/** Where a manifest does not say of which PVCs it is, their backups do, by the pod that made them. */
function isAbout(job: BackupCronJob, pvc: string, backups: readonly Backup[], makers: Makers): boolean {
  return job.pvcs ? job.pvcs.includes(pvc) : backups.some((backup) => makers.seemsMadeBy(job, backup));
}

/** All that is known of one PVC. */
interface Volume {
  readonly namespace: string;
  readonly pvc: string;
  readonly claim: Claim | undefined;
  readonly cronJobs: readonly BackupCronJob[];
  /** The newest first. */
  readonly backups: readonly Backup[];
}

interface Judging {
  readonly facts: Facts;
  readonly due: DueTimes;
  readonly runs: RunIndex;
}

function lineOf(volume: Volume, { facts, due, runs }: Judging): StatusLine {
  const { namespace, pvc, claim, cronJobs, backups } = volume;
  const { now } = facts;
  const active = cronJobs.filter(({ isSuspended, isDryRun }) => !isSuspended && !isDryRun);
  const good = goodOf(backups, active);
  const [newest] = good;
  const protection = protectionOf(volume, newest, { due, now });
  const dues = active.flatMap((job) => due.of(job) ?? []);
  const nexts = dues.flatMap(({ next }) => next ?? []);
  const line = {
    namespace,
    pvc,
    protection,
    since: sinceOf(protection, claim, good, dues),
    cronJobs: cronJobs.map(({ name }) => name),
    lastBackup: newest && { snapshot: newest.name, takenAt: new Date(newest.createdAt) },
    lastDump: good.find(({ lastDump }) => lastDump)?.lastDump,
    nextRun: nexts.length === 0 ? undefined : new Date(Math.min(...nexts)),
  };
  if (protection === 'exempt') {
    const why = claim?.exemption?.trim() ? `: ${quoted(claim.exemption.trim())}` : '';
    const what = `It is said to need no backup${why}`;
    const todo = `if it needs one, take the annotation ${annotation.noBackup} off the PVC`;
    return { ...line, problems: [{ what, todo }] };
  }
  const found: Problem[] = [
    ...unprotectable(volume),
    ...cronJobs.flatMap((job) => problemsOfCronJob(job, { due: due.of(job), runs, now, newest })),
    ...notReady(backups, newest),
    ...deletedWithNamespace(newest, facts.deletionPolicies),
  ];
  const isUnexplained = protection !== 'yes' && protection !== 'late' && found.length === 0;
  return { ...line, problems: isUnexplained ? [tooOld(volume, newest)] : found };
}

/** A backup without a dump is none to whoever wants dumps. */
function goodOf(backups: readonly Backup[], active: readonly BackupCronJob[]): readonly Backup[] {
  const wantsDump = active.some(({ dumps }) => dumps);
  return backups.filter(({ isReady, dumps }) => isReady && (!wantsDump || dumps > 0));
}

/** A person's word that it needs none does not count where a CronJob is there all the same. */
function protectionOf(
  { claim, cronJobs }: Volume,
  newest: Backup | undefined,
  { due, now }: { readonly due: DueTimes; readonly now: number },
): Protection {
  if (!claim) return 'no';
  if (claim.exemption !== undefined && cronJobs.length === 0) return 'exempt';
  const active = cronJobs.filter(({ isSuspended, isDryRun }) => !isSuspended && !isDryRun);
  return worst(active.map((job) => protectionBy(due.of(job), newest?.createdAt, now)));
}

function sinceOf(
  protection: Protection,
  claim: Claim | undefined,
  good: readonly Backup[],
  dues: readonly NonNullable<ReturnType<DueTimes['of']>>[],
): Date | undefined {
  const times = good.map(({ createdAt }) => createdAt);
  const [newest] = times;
  const intervals = dues.flatMap((one) => intervalOf(one) ?? []);
  if (protection === 'exempt' || !claim) return undefined;
  const since =
    protection === 'no'
      ? newest === undefined
        ? claim.madeAt
        : intervals.length === 0
          ? undefined
          : newest + Math.min(...intervals)
      : Math.max(...dues.flatMap((one) => protectedSince(times, one) ?? []));
  return since !== undefined && Number.isFinite(since) ? new Date(since) : undefined;
}
