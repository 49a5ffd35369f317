import type { Context } from '../context.ts';
import { CancelledError, EndedBadlyError, messageOf, ResultError, UserError } from '../core/errors.ts';
import { createOnce } from '../kube/create-once.ts';
import { explainFailure } from '../kube/explain-failure.ts';
import { isRecord, type KubeObject } from '../kube/object.ts';
import { jobs } from '../kube/resources.ts';
import { chooseCronJob } from './choose-cron-job.ts';
import { followJob, wordsOf, type JobEnd } from './follow-job.ts';
import type { Print } from './follow-pod.ts';
import { jobOf } from './job-of.ts';
import { ResultsInLog, type MadeSnapshot } from './results-in-log.ts';

export interface JobRequest {
  readonly namespace: string;
  /** Undefined for the only one that makes backups there. */
  readonly cronJob: string | undefined;
  /** Variables of all commands, by which such a CronJob is told. */
  readonly knownNames: ReadonlySet<string>;
}

/** How a backup ended that a Job has made. */
export interface JobResult {
  readonly namespace: string;
  readonly cronJob: string;
  readonly job: string;
  readonly outcome: 'complete' | 'failed';
  /** Of its container; undefined where none has run, or where nobody knows. */
  readonly exitCode: number | undefined;
  /** Those that its log tells of; undefined where the log has no result. */
  readonly snapshots: readonly MadeSnapshot[] | undefined;
}

/**
 * Makes a Job from a CronJob, prints its log, and resolves when it has made its backup. Throws ResultError, EndedBadlyError with the
 * exit code of its container, UserError, or CancelledError: the Job goes on then.
 */
export async function runJob(
  { namespace, cronJob, knownNames }: JobRequest,
  print: Print,
  context: Context,
): Promise<JobResult> {
  const from = await chooseCronJob(namespace, cronJob, knownNames, context);
  const job = await makeJob(from, context);
  const results = new ResultsInLog();
  const printAndRead: Print = (bytes) => {
    results.add(bytes);
    return print(bytes);
  };
  const end = await followToEnd(job, printAndRead, context);
  const result: JobResult = {
    namespace,
    cronJob: from.metadata.name ?? '',
    job: job.metadata.name ?? '',
    outcome: end.isComplete ? 'complete' : 'failed',
    exitCode: end.exitCode,
    snapshots: results.snapshots(),
  };
  requireGood(end, result);
  return result;
}

async function makeJob(cronJob: KubeObject, context: Context): Promise<KubeObject> {
  const { namespace = '', name = '', uid } = cronJob.metadata;
  const manifest = jobOf(cronJob, context.random.id(8));
  const isOurs = ({ metadata }: KubeObject) =>
    metadata.ownerReferences?.some((owner) => owner.uid === uid) === true;
  const doing = `Making a Job from CronJob '${name}' in namespace '${namespace}'`;
  try {
    const job = await explainFailure('preflight', doing, () => createOnce(jobs, manifest, isOurs, context));
    const fields = { namespace, job: job.metadata.name, cronJob: name };
    context.log.info(fields, 'made the Job');
    if (isRecord(cronJob.spec) && cronJob.spec['suspend'] === true) {
      context.log.info(
        fields,
        'the CronJob is suspended, so its schedule runs nothing; this Job runs all the same',
      );
    }
    return job;
  } catch (error) {
    if (!context.signal.aborted) throw error;
    const look = `kubectl -n ${namespace} get job ${manifest.metadata.name}`;
    throw new CancelledError(`the Job may have been made all the same: ${look}`);
  }
}

async function followToEnd(job: KubeObject, print: Print, context: Context): Promise<JobEnd> {
  const { namespace = '', name = '' } = job.metadata;
  const goesOn = `Job '${name}' goes on; follow it again: kubectl -n ${namespace} logs -f job/${name}, or stop it: kubectl -n ${namespace} delete job ${name}`;
  try {
    return await followJob(job, print, context);
  } catch (error) {
    if (context.signal.aborted) throw new CancelledError(goesOn);
    if (error instanceof UserError) throw error;
    throw new UserError(
      'unexpected',
      `The Job cannot be followed any more (${messageOf(error)}); ${goesOn}`,
      {
        cause: error,
      },
    );
  }
}

function requireGood(end: JobEnd, result: JobResult): void {
  if (end.isComplete) return;
  const { namespace, job, exitCode } = result;
  const which = `Job '${job}' in namespace '${namespace}'`;
  if (exitCode === undefined) {
    const look = `see kubectl -n ${namespace} describe job ${job}`;
    throw new ResultError('unexpected', `${which} failed${wordsOf(end)}; ${look}`, result);
  }
  const failed = end.isGone ? 'was deleted, and had failed' : 'failed';
  const words = `${which} ${failed}: its container ended with exit code ${exitCode}, and its log says why`;
  throw new EndedBadlyError(exitCode, words, result);
}
