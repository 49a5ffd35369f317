import type { Context } from '../context.ts';
import { CancelledError, EndedBadlyError, messageOf, UserError } from '../core/errors.ts';
import { createOnce } from '../kube/create-once.ts';
import { explainFailure } from '../kube/explain-failure.ts';
import { isRecord, type KubeObject } from '../kube/object.ts';
import { jobs } from '../kube/resources.ts';
import { chooseCronJob } from './choose-cron-job.ts';
import { followJob, wordsOf, type JobEnd } from './follow-job.ts';
import type { Print } from './follow-pod.ts';
import { jobOf } from './job-of.ts';

export interface JobRequest {
  readonly namespace: string;
  /** Undefined for the only one that makes backups there. */
  readonly cronJob: string | undefined;
  /** Variables of all commands, by which such a CronJob is told. */
  readonly knownNames: ReadonlySet<string>;
}

/**
 * Makes a Job from a CronJob, prints its log, and resolves when it has made its backup. Throws EndedBadlyError with the exit
 * code of its container, UserError, or CancelledError: the Job goes on then.
 */
export async function runJob(
  { namespace, cronJob, knownNames }: JobRequest,
  print: Print,
  context: Context,
): Promise<void> {
  const from = await chooseCronJob(namespace, cronJob, knownNames, context);
  const job = await makeJob(from, context);
  requireGood(await followToEnd(job, print, context), job);
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

function requireGood(end: JobEnd, { metadata: { namespace = '', name = '' } }: KubeObject): void {
  if (end.isComplete) return;
  const { exitCode } = end;
  const which = `Job '${name}' in namespace '${namespace}'`;
  if (exitCode === undefined || exitCode === 0) {
    throw new UserError(
      'unexpected',
      `${which} failed${wordsOf(end)}; see kubectl -n ${namespace} describe job ${name}`,
    );
  }
  throw new EndedBadlyError(
    exitCode,
    `${which} failed: its container ended with exit code ${exitCode}, and its log says why`,
  );
}
