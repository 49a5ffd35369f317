import { placeOf, type Scope } from '../catalogue/scope.ts';
import { type Diagnosis, Examination } from '../core/diagnosis.ts';
import { messageOf } from '../core/errors.ts';
import { examine } from '../kube/examine.ts';
import { explained } from '../kube/explain-failure.ts';
import { clockProblem, compareClocks } from '../kube/right-clock.ts';
import { requireNamespace } from '../kube/require-namespace.ts';
import { cronJobs } from '../kube/resources.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';
import type { Facts } from '../status/facts.ts';
import { judge } from '../status/judge.ts';
import { readCronJob } from '../status/read-cron-job.ts';
import { readFacts } from '../status/read-facts.ts';
import { examineCronJob } from './examine-cron-job.ts';
import { examineLeases } from './examine-leases.ts';
import { examineRights } from './examine-rights.ts';
import { protections } from './protections.ts';
import { trialsDeadline } from './try-out.ts';

/** What `doctor` says. */
export interface DoctorReport {
  /** Absent when it is of the whole cluster. */
  readonly namespace?: string;
  readonly diagnoses: readonly Diagnosis[];
}

/**
 * Looks at all that backups stand on, and changes nothing. Of the whole cluster, with one list of each kind; of one namespace,
 * also at each of its CronJobs as a backup would. Rejects only with the signal's reason.
 */
export async function diagnose(
  scope: Scope,
  knownNames: ReadonlySet<string>,
  context: SnapshotContext,
): Promise<DoctorReport> {
  const place = scope === undefined ? {} : { namespace: scope };
  const server = await examineServer(context);
  if (server.some(({ verdict, check }) => verdict === 'problem' && check === 'API server')) {
    return { ...place, diagnoses: server };
  }
  const { signal } = context;
  if (scope !== undefined) {
    const look = async () => {
      await requireNamespace(scope, context);
      return [];
    };
    const missing = await examine('namespace', scope, look, signal);
    if (missing.length > 0) return { ...place, diagnoses: [...server, ...missing] };
  }
  const where = scope ?? 'cluster';
  let facts: Facts | undefined;
  const backups = await examine(
    'backups',
    where,
    async (found) => {
      facts = await readFacts(scope, knownNames, context);
      return protections(judge(facts), facts, found);
    },
    signal,
  );
  const rest = await Promise.all([
    context.snapshots.examine(backedUp(facts), context),
    examine('rights', where, (found) => examineRights(scope, found, context), signal),
    examine('lease', where, (found) => examineLeases(scope, found, context), signal),
    scope === undefined
      ? []
      : examine('CronJobs', scope, (found) => examineCronJobs(scope, knownNames, found, context), signal),
  ]);
  return { ...place, diagnoses: [...server, ...rest.flat(), ...backups] };
}

async function examineServer(context: SnapshotContext): Promise<readonly Diagnosis[]> {
  const { kube, signal } = context;
  const server = new Examination('API server', 'cluster');
  try {
    const version = await kube.serverVersion({ signal });
    const clock = await examine(
      'clock',
      'cluster',
      async (found) => [clockDiagnosis(found, clockProblem(await compareClocks(context)))],
      signal,
    );
    return [server.ok(`It answers, as ${version ?? 'a version that it does not say'}`), ...clock];
  } catch (error) {
    signal.throwIfAborted();
    return [server.problem(messageOf(explained(error)))];
  }
}

function clockDiagnosis(found: Examination, problem: string | undefined): Diagnosis {
  const [what = '', ...todo] = problem?.split('; ') ?? [];
  return problem === undefined
    ? found.ok('The clock here is that of the API server, or nearly so')
    : found.problem(what, todo.join('; '));
}

/** The PVCs that CronJobs name. */
function backedUp(facts: Facts | undefined) {
  if (!facts) return [];
  const named = new Set(
    facts.cronJobs.flatMap(({ target, pvcs = [] }) => pvcs.map((pvc) => `${target}/${pvc}`)),
  );
  return facts.claims.filter(({ namespace, name }) => named.has(`${namespace}/${name}`));
}

async function examineCronJobs(
  namespace: string,
  knownNames: ReadonlySet<string>,
  found: Examination,
  context: SnapshotContext,
): Promise<readonly Diagnosis[]> {
  const { kube, signal } = context;
  const all = await Array.fromAsync(kube.list(cronJobs, { namespace, signal }));
  const own = all.filter((one) => readCronJob(one, knownNames) !== undefined);
  if (own.length === 0) {
    return [
      found.warning(
        `No CronJob makes backups in ${placeOf(namespace)}`,
        'install the chart there, if it has something to be backed up',
      ),
    ];
  }
  const diagnoses = [];
  using trials = trialsDeadline(context);
  // One after the other: each looks into the same pods.
  for (const one of own)
    diagnoses.push(...(await examineCronJob(one, { knownNames, trials: trials.signal }, context)));
  return diagnoses;
}
