import { pino } from 'pino';
import { permissionsFor } from '../backup/permissions.ts';
import { preflight, type Preflight } from '../backup/preflight.ts';
import type { CreateSettings } from '../backup/settings/create.ts';
import type { Diagnosis, Examination } from '../core/diagnosis.ts';
import { quoted, shown } from '../core/quoted.ts';
import { checkPermissions } from '../kube/check-permissions.ts';
import { Deadline } from '../kube/deadline.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';

/** For all trials in a namespace: what runs in its containers is its own, and need not end. */
const trialsMilliseconds = 30_000;

export function trialsDeadline({ clock, signal }: SnapshotContext): Deadline {
  return new Deadline(clock, trialsMilliseconds, signal, 'the trials have not ended');
}

/** As `create --dry-run` does, with the rights of who asks; the signal is that of `trialsDeadline`. */
export async function tryOut(
  cronJobNamespace: string,
  settings: CreateSettings,
  found: Examination,
  context: SnapshotContext,
): Promise<readonly Diagnosis[]> {
  const warnings: string[] = [];
  const note = (line: string): void => {
    const { level, msg } = JSON.parse(line) as { level: number; msg: string };
    if (level >= 40) warnings.push(msg);
  };
  const log = pino({ base: null }, { write: note });
  const { namespace = cronJobNamespace } = settings;
  // Whoever may write here would have us log in there, with our rights.
  if (namespace !== cronJobNamespace) {
    const todo = `look at that namespace: backup-ns doctor -n ${shown(namespace)}`;
    return [
      found.warning(
        `It backs up another namespace, ${quoted(namespace)}, which is not tried from here`,
        todo,
      ),
    ];
  }
  if (context.signal.aborted) {
    const todo = 'see what did not answer in the trial of an earlier CronJob, and run doctor again';
    return [
      found.warning(
        `What a backup would meet was not tried, as those before it took ${trialsMilliseconds / 1000} s`,
        todo,
      ),
    ];
  }
  const mine = await checkPermissions(permissionsFor(namespace, settings, context.snapshots), context);
  if ('problems' in mine) {
    const todo = 'ask for these rights, or have somebody run doctor who has them';
    return [found.warning(`What a backup would meet was not tried: ${mine.problems.join('; ')}`, todo)];
  }
  const tried = await tryInTime(namespace, settings, { ...context, log });
  if ('silent' in tried) return [found.problem(tried.silent, tried.todo)];
  const { databases } = tried;
  const reached = databases.map(({ server, pod }) => `${server.engine} in pod ${quoted(pod.metadata.name)}`);
  const dumped = reached.length === 0 ? 'nothing to dump' : `reached ${reached.join(', ')}`;
  return [
    found.ok(`A backup made by you would find all that it needs: ${dumped}`),
    ...warnings.map((words) => found.warning(words)),
  ];
}

/** What the trial found; or what did not answer. */
async function tryInTime(
  namespace: string,
  settings: CreateSettings,
  context: SnapshotContext,
): Promise<Pick<Preflight, 'databases'> | { readonly silent: string; readonly todo: string }> {
  try {
    return await preflight(namespace, settings, context);
  } catch (error) {
    if (!context.signal.aborted) throw error;
    const places = settings.databases.map(({ execResource: { kind, name }, container, title }) => {
      const where = container === '' ? '' : `, container ${quoted(container)},`;
      return `${title} in ${kind} ${quoted(name)}${where}`;
    });
    const who = places.length === 0 ? 'The cluster' : places.join(' or ');
    return {
      silent: `${who} of namespace ${quoted(namespace)} did not answer a trial within ${trialsMilliseconds / 1000} s`,
      todo: `see whether a command in that container ends: kubectl -n ${shown(namespace)} exec -it POD -- sh -c 'df; ps'`,
    };
  }
}
