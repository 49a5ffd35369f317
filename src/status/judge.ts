import { annotation, pvcLabelValue } from '../snapshots/labels.ts';
import { newestFirst } from '../snapshots/managed.ts';
import { historyOf } from '../snapshots/volumes.ts';
import { quoted } from '../core/quoted.ts';
import type { Backup, BackupCronJob, Claim, Facts } from './facts.ts';
import type { Problem, StatusLine } from './line.ts';
import { madeBy, type Made } from './made.ts';
import { Makers } from './makers.ts';
import { deletedWithNamespace, notReady, problemsOfCronJob, tooOld, unprotectable } from './problems.ts';
import { intervalOf, protectedSince, worst, type Protection } from './protection.ts';
import { unknownOf } from './unknown-settings.ts';
import { RunIndex } from './run-index.ts';
import { DueTimes } from './schedule.ts';

/** One line for each PVC that is there or that a CronJob wants to back up, by namespace and name. Decides, and asks nobody. */
export function judge(facts: Facts): StatusLine[] {
  const makers = new Makers(facts);
  const judging = { facts, due: new DueTimes(facts.now), runs: new RunIndex(facts), makers };
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
  readonly makers: Makers;
}

function lineOf(volume: Volume, { facts, due, runs, makers }: Judging): StatusLine {
  const { namespace, pvc, claim, cronJobs, backups } = volume;
  const { now } = facts;
  const all = cronJobs.map((job) => madeBy(job, backups, { due: due.of(job), makers, now }));
  const active = all.filter(({ job }) => !job.isSuspended && job.isDryRun !== true);
  const good = goodOf(backups, active);
  const [newest] = good;
  const protection = protectionOf(volume, active);
  const nexts = active.flatMap((made) => made.due?.next ?? []);
  const line = {
    namespace,
    pvc,
    protection,
    since: sinceOf(protection, claim, active, newest),
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
  const problems: Problem[] = [
    ...unprotectable(volume),
    ...all.flatMap((made) => problemsOf(made, volume, { runs, makers, now }, all.length > 1)),
    ...deletedWithNamespace(newest, facts.deletionPolicies),
  ];
  return { ...line, problems: distinct(problems) };
}

/** Of what is not there nothing more is to be said than that. */
function problemsOf(
  made: Made,
  { claim, backups }: Volume,
  known: { readonly runs: RunIndex; readonly makers: Makers; readonly now: number },
  isOneOfMany: boolean,
): readonly Problem[] {
  const found = [
    ...problemsOfCronJob(made, known),
    ...unknownOf(made, backups, known.makers),
    ...notReady(made.backups, made.good[0]),
  ];
  const isKept = made.protection === 'yes' || made.protection === 'late';
  return isKept || found.length > 0 || !claim ? found : [tooOld(made, isOneOfMany)];
}

/** Two CronJobs may have the same to say of a snapshot that does not say whose it is. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ what }, index) => problems.findIndex((one) => one.what === what) === index);
}

/** What is good for one of its CronJobs, and where there is none, what is ready. */
function goodOf(backups: readonly Backup[], active: readonly Made[]): readonly Backup[] {
  if (active.length === 0) return backups.filter(({ isReady }) => isReady);
  const good = new Set(active.flatMap(({ counted }) => counted));
  return backups.filter((backup) => good.has(backup));
}

/** A person's word that it needs none does not count where a CronJob is there all the same. */
function protectionOf({ claim, cronJobs }: Volume, active: readonly Made[]): Protection {
  if (!claim) return 'no';
  if (claim.exemption !== undefined && cronJobs.length === 0) return 'exempt';
  return worst(active.map((made) => made.protection));
}

function sinceOf(
  protection: Protection,
  claim: Claim | undefined,
  active: readonly Made[],
  newest: Backup | undefined,
): Date | undefined {
  if (protection === 'exempt' || !claim) return undefined;
  if (protection === 'no' && !newest) return new Date(claim.madeAt);
  const times =
    protection === 'no'
      ? active.flatMap((made) => (made.protection === 'no' ? (missingSince(made, claim) ?? []) : []))
      : active.flatMap(({ counted, due }) => {
          const taken = counted.map(({ createdAt }) => createdAt);
          return (due && protectedSince(taken, due)) ?? [];
        });
  const since = protection === 'no' ? Math.min(...times) : Math.max(...times);
  return Number.isFinite(since) ? new Date(since) : undefined;
}

function missingSince({ job, due, counted }: Made, claim: Claim): number | undefined {
  const [newest] = counted;
  if (!newest) return Math.max(job.madeAt, claim.madeAt);
  const interval = due && intervalOf(due);
  return interval === undefined ? undefined : newest.createdAt + interval;
}
