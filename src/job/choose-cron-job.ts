import type { Context } from '../context.ts';
import { UserError } from '../core/errors.ts';
import { quoted, shown } from '../core/quoted.ts';
import { hasStatus } from '../kube/error.ts';
import type { KubeObject } from '../kube/object.ts';
import { cronJobs } from '../kube/resources.ts';
import type { BackupCronJob } from '../status/facts.ts';
import { readCronJob } from '../status/read-cron-job.ts';

/**
 * The CronJob of that name, or the only one, that makes backups in a namespace. One that only tries, or that backs up another
 * namespace, is taken by its name alone, and a warning says what it does. Throws UserError 'preflight'.
 */
export async function chooseCronJob(
  namespace: string,
  name: string | undefined,
  knownNames: ReadonlySet<string>,
  context: Context,
): Promise<KubeObject> {
  const all = await readAll(namespace, context);
  const own = all.flatMap((object) => {
    const read = readCronJob(object, knownNames);
    return read ? [{ object, name: read.name, catches: catchesOf(read) }] : [];
  });
  const where = `of namespace '${namespace}'`;
  if (own.length === 0) {
    throw refusal(
      `No CronJob ${where} makes backups; install the chart there, or name the namespace with -n`,
    );
  }
  const plain = own.filter(({ catches }) => catches.length === 0);
  const found = name === undefined ? plain : own.filter((one) => one.name === name);
  const [chosen] = found;
  if (chosen && found.length === 1) {
    for (const words of chosen.catches) context.log.warn({ namespace, cronJob: chosen.name }, words);
    return chosen.object;
  }
  const ways = (ones: readonly { readonly name: string }[]): string =>
    ones.map((one) => `--job ${shown(one.name)}`).join(', ');
  if (name !== undefined) {
    throw refusal(
      `No CronJob ${where} that makes backups has the name ${quoted(name)}; there is: ${ways(own)}`,
    );
  }
  if (plain.length > 0) {
    throw refusal(`${plain.length} CronJobs ${where} make backups; say which is meant: ${ways(plain)}`);
  }
  const why = own.map((one) => `${quoted(one.name)}: ${one.catches.join(' and ')}`).join('; ');
  throw refusal(`No CronJob ${where} makes backups of it (${why}); if one is meant, name it: ${ways(own)}`);
}

/** Why it is not what somebody means who wants a backup of this namespace now. */
function catchesOf({ namespace, target, isDryRun }: BackupCronJob): string[] {
  return [
    ...(isDryRun === true ? ['it only tries, and makes no backup'] : []),
    ...(target === namespace ? [] : [`it backs up another namespace, ${quoted(target)}`]),
  ];
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
