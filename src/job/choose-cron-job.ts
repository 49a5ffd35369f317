import type { Context } from '../context.ts';
import { UserError } from '../core/errors.ts';
import { quoted, shown } from '../core/quoted.ts';
import { hasStatus } from '../kube/error.ts';
import type { KubeObject } from '../kube/object.ts';
import { cronJobs } from '../kube/resources.ts';
import { readCronJob } from '../status/read-cron-job.ts';

/** The CronJob of that name, or the only one, that makes backups in a namespace. Throws UserError 'preflight'. */
export async function chooseCronJob(
  namespace: string,
  name: string | undefined,
  knownNames: ReadonlySet<string>,
  context: Context,
): Promise<KubeObject> {
  const own = (await readAll(namespace, context)).filter((one) => readCronJob(one, knownNames) !== undefined);
  const where = `of namespace '${namespace}'`;
  const found = own.filter(({ metadata }) => name === undefined || metadata.name === name);
  const [chosen] = found;
  if (chosen && found.length === 1) return chosen;
  if (own.length === 0) {
    throw refusal(
      `No CronJob ${where} makes backups; install the chart there, or name the namespace with -n`,
    );
  }
  const names = own.map(({ metadata }) => `--job ${shown(metadata.name ?? '')}`).join(', ');
  throw refusal(
    name === undefined
      ? `${own.length} CronJobs ${where} make backups; say which is meant: ${names}`
      : `No CronJob ${where} that makes backups has the name ${quoted(name)}; there is: ${names}`,
  );
}

async function readAll(namespace: string, { kube, signal }: Context): Promise<KubeObject[]> {
  try {
    return await Array.fromAsync(kube.list(cronJobs, { namespace, signal }));
  } catch (error) {
    if (!hasStatus(error, 403)) throw error;
    throw refusal(
      `You may not list the CronJobs of namespace '${namespace}' (${error.message}); ask for that right, or name another namespace with -n`,
      error,
    );
  }
}

function refusal(message: string, cause?: unknown): UserError {
  return new UserError('preflight', message, { cause });
}
