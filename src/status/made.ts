import type { Backup, BackupCronJob } from './facts.ts';
import type { Makers } from './makers.ts';
import { intervalOf, patience, protectionBy, type Protection } from './protection.ts';
import type { Due } from './schedule.ts';

/** What one CronJob has made of one PVC, and how its schedule is kept by that. All lists have the newest first. */
export interface Made {
  readonly job: BackupCronJob;
  readonly due: Due | undefined;
  /** Those of its runs, and those that do not say whose they are. */
  readonly backups: readonly Backup[];
  /** Of these, those that have all that it is to back up. */
  readonly good: readonly Backup[];
  /** What its schedule is measured by. */
  readonly counted: readonly Backup[];
  readonly protection: Protection;
}

interface Known {
  readonly due: Due | undefined;
  readonly makers: Makers;
  readonly now: number;
}

export function madeBy(job: BackupCronJob, backups: readonly Backup[], { due, makers, now }: Known): Made {
  // Where it is not known that it does more than try, only its own backups show it.
  const isOwn = (made: boolean | undefined) => (job.isDryRun === undefined ? made === true : made !== false);
  const own = backups.filter((backup) => isOwn(makers.madeBy(job, backup)));
  const good = own.filter((backup) => isGoodFor(job, backup));
  const counted = due && isNew(job, due, now) ? backups.filter((backup) => isGoodFor(job, backup)) : good;
  const isActive = !job.isSuspended && job.isDryRun !== true;
  const protection = isActive ? protectionBy(due, counted[0]?.createdAt, now) : 'no';
  return { job, due, backups: own, good, counted, protection };
}

/** A backup without a dump is none to whoever wants dumps, or may want them, nor is one without the dump of one of its servers. */
function isGoodFor(job: BackupCronJob, backup: Backup): boolean {
  const mayLack = job.mayDump && backup.dumps === 0;
  return backup.isReady && !mayLack && lacking(job, backup).length === 0;
}

/** Which engines a CronJob dumps and a backup has no dump of. Old and unreadable records do not say which they have. */
export function lacking({ engines }: BackupCronJob, { dumps, lastDump }: Backup): readonly string[] {
  if (dumps === 0) return engines;
  const there = lastDump?.engines ?? [];
  return there.length === 0 ? [] : engines.filter((engine) => !there.includes(engine));
}

/** Its first run has not been due yet, or has not had its time: until then it makes nothing worse than it is without it. */
function isNew({ madeAt }: BackupCronJob, due: Due, now: number): boolean {
  const { last, before } = due;
  const interval = intervalOf(due);
  if (last === undefined || interval === undefined) return false;
  return last <= madeAt || (before !== undefined && before <= madeAt && now - last <= patience(interval));
}
