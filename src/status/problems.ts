import { createSettings } from '../backup/settings/create.ts';
import { quoted, sentence, shown } from '../core/quoted.ts';
import { annotation } from '../snapshots/labels.ts';
import type { Backup, BackupCronJob, Claim } from './facts.ts';
import type { Problem } from './line.ts';
import { lacking, type Made } from './made.ts';
import type { Makers } from './makers.ts';
import type { RunIndex } from './run-index.ts';
import { runProblem } from './run-problems.ts';
import { iso } from './run-words.ts';
import { missedTime } from './still-runs.ts';

const { pvcs, snapshotClass, dryRun } = createSettings.table;

/** What the controller of CronJobs warns of. That a Job still runs is no warning to it: that is told from the Job. */
const ofSchedule = ['MissSchedule', 'FailedCreate', 'TooManyMissedTimes', 'UnknownTimeZone'];

interface Named {
  readonly namespace: string;
  readonly pvc: string;
  readonly claim: Claim | undefined;
  readonly cronJobs: readonly BackupCronJob[];
}

/** That there is nothing to back up, or nobody who does. */
export function unprotectable({ namespace, pvc, claim, cronJobs }: Named): Problem[] {
  const shownName = quoted(pvc);
  if (!claim) {
    const jobs = cronJobs.map(({ name }) => quoted(name)).join(' and ');
    return [
      {
        what: `There is no bound PVC ${shownName}, which CronJob ${jobs} is to back up`,
        todo: `set ${pvcs.name} to one of: kubectl -n ${shown(namespace)} get pvc`,
      },
    ];
  }
  if (cronJobs.length > 0) return [];
  return [
    {
      what: 'Nobody backs it up: no CronJob of its namespace names it',
      todo: `install the chart here with ${pvcs.name}=${shown(pvc)}, or say why not: kubectl -n ${shown(namespace)} annotate pvc ${shown(pvc)} ${annotation.noBackup}=REASON`,
    },
  ];
}

/** What is known of the Jobs of all CronJobs. */
interface Known {
  readonly runs: RunIndex;
  readonly makers: Makers;
  readonly now: number;
}

export function problemsOfCronJob(made: Made, known: Known): Problem[] {
  const { namespace, name, isSuspended, isDryRun, schedule, timeZone, mistakes } = made.job;
  const cronJob = `CronJob ${quoted(name)}`;
  const kubectl = `kubectl -n ${shown(namespace)}`;
  const problems: Problem[] = [];
  if (isSuspended) {
    const todo = `let it run again: ${kubectl} patch cronjob ${shown(name)} -p '{"spec":{"suspend":false}}'`;
    problems.push({ what: `${cronJob} is suspended`, todo });
  }
  if (isDryRun) {
    problems.push({
      what: `${cronJob} only tries`,
      todo: `set ${dryRun.name} to false, so that it makes backups`,
    });
  }
  if (!made.due) {
    const what = `The schedule ${quoted(schedule)} of ${cronJob} in zone ${quoted(timeZone)} cannot be read`;
    problems.push({
      what,
      todo: "set it to five fields, such as '30 4 * * *', and the zone to one such as Etc/UTC",
    });
  }
  for (const mistake of mistakes.slice(0, 3)) {
    problems.push({ what: `${cronJob} has a wrong setting`, todo: sentence(mistake) ?? 'correct it' });
  }
  const run = runProblem(made, known);
  const missed = run ? undefined : missedStart(made, known);
  return [...problems, ...(run ? [run] : []), ...(missed ? [missed] : [])];
}

/** That the last run that was due has never become a Job. */
function missedStart(made: Made, { runs, now }: Known): Problem | undefined {
  const { namespace, name, isExclusive, active } = made.job;
  const missed = missedTime(made, runs.runsOf(made.job), now);
  if (missed === undefined) return undefined;
  const what = `The run of ${iso(missed)} of CronJob ${quoted(name)} was never started`;
  const kubectl = `kubectl -n ${shown(namespace)}`;
  const [running] = active;
  if (isExclusive && running !== undefined) {
    const todo = `see what that does: ${kubectl} logs job/${shown(running)}; if it hangs, end it: ${kubectl} delete job ${shown(running)}`;
    return { what: `${what}: its Job ${quoted(running)} still runs`, todo };
  }
  const remark = runs.remarkOn(made.job, ofSchedule);
  const words = remark && sentence(remark.message);
  return {
    what: `${what}${words === undefined ? '' : `: ${words}`}`,
    todo: `see whether the controller of CronJobs runs, and why: ${kubectl} describe cronjob ${shown(name)}`,
  };
}

/** What the storage says of a snapshot that is newer than the newest good backup. */
export function notReady(backups: readonly Backup[], newest: Backup | undefined): Problem[] {
  const [latest] = backups;
  if (!latest || latest === newest || latest.isReady || latest.isDeleting) return [];
  const words = sentence(latest.error);
  if (words === undefined) return [];
  const { namespace, name, words: kind } = latest;
  return [
    {
      what: `${kind.kind} ${quoted(name)} is not ready: ${words}`,
      todo: `see it with: kubectl -n ${shown(namespace)} describe ${kind.resource} ${shown(name)}`,
    },
  ];
}

/** Whoever deletes the namespace, deletes its backups. */
export function deletedWithNamespace(
  newest: Backup | undefined,
  policies: ReadonlyMap<string, string>,
): Problem[] {
  if (newest?.className === undefined || policies.get(newest.className) !== 'Delete') return [];
  return [
    {
      what: `Class ${quoted(newest.className)} deletes the backups when the namespace is deleted`,
      todo: `set ${snapshotClass.name} to a class with deletionPolicy Retain`,
    },
  ];
}

/** Where nothing else says why: Jobs and events are kept for a time only. */
export function tooOld({ job, backups, counted }: Made, isOneOfMany: boolean): Problem {
  const [newest] = counted;
  const name = shown(job.name);
  const todo = `make one and follow it: kubectl -n ${shown(job.namespace)} create job ${name}-now --from=cronjob/${name}`;
  const of = isOneOfMany ? ` of CronJob ${quoted(job.name)}` : '';
  const ready = backups.find(({ isReady }) => isReady);
  const missing = ready ? lacking(job, ready) : [];
  if (ready && missing.length > 0) {
    return {
      what: `The last backup${of}, ${quoted(ready.name)}, has no dump of ${missing.join(' and ')}`,
      todo,
    };
  }
  if (newest) {
    return {
      what: `The last backup${of}, ${quoted(newest.name)}, is older than the time between two runs`,
      todo,
    };
  }
  const what = isOneOfMany
    ? `CronJob ${quoted(job.name)} has made no backup of it yet`
    : 'There is no backup of it yet';
  return { what, todo };
}
