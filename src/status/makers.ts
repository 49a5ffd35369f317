import type { Backup, BackupCronJob, Facts, Run } from './facts.ts';

/** What the API server puts behind the name of a Job to name its pod. */
const afterJob = /-[a-z0-9]{5}$/;
/** What the controller of CronJobs puts behind a name: minutes since 1970, and once seconds. */
const timed = /^(.+)-\d{8,}$/;
/** Of a pod whose Job has a long name, that name is cut. */
const longestPod = 63;
const cutOff = /^\d+[a-z0-9]{5}$/;

/**
 * Of which CronJob a backup is: by the owners of the pod that made it and of its Job, as long as these are there, and
 * after that by the name that Kubernetes gives such a pod. Whoever may write to a snapshot may write any pod there, so
 * all of it is of one namespace.
 */
export class Makers {
  readonly #cronJobs: ReadonlyMap<string, readonly BackupCronJob[]>;
  readonly #runs: ReadonlyMap<string, Run>;
  readonly #runsByName: ReadonlyMap<string, Run>;
  readonly #jobs: ReadonlyMap<string, string>;

  constructor({ cronJobs, runs, pods }: Pick<Facts, 'cronJobs' | 'runs' | 'pods'>) {
    this.#cronJobs = Map.groupBy(cronJobs, ({ namespace }) => namespace);
    this.#runs = new Map(runs.map((run) => [`${run.namespace}/${run.uid}`, run]));
    this.#runsByName = new Map(runs.map((run) => [`${run.namespace}/${run.name}`, run]));
    this.#jobs = new Map(pods.map(({ namespace, name, of }) => [`${namespace}/${name}`, of]));
  }

  /** The Job that made a backup, while that is there. */
  runOf({ namespace, pod }: Backup): Run | undefined {
    if (pod === undefined) return undefined;
    const job = this.#jobs.get(`${namespace}/${pod}`);
    return job === undefined
      ? this.#runsByName.get(`${namespace}/${pod.replace(afterJob, '')}`)
      : this.#runs.get(`${namespace}/${job}`);
  }

  /** Whether a CronJob made a backup; undefined where nobody knows who did. */
  madeBy({ name, uid }: BackupCronJob, backup: Backup): boolean | undefined {
    const { namespace, pod } = backup;
    if (pod === undefined) return undefined;
    const all = this.#cronJobs.get(namespace) ?? [];
    const owner = this.runOf(backup)?.of;
    if (owner !== undefined && all.some((one) => one.uid === owner)) return owner === uid;
    const start = startOf(pod);
    if (start !== undefined && all.some((one) => one.name === start)) return start === name;
    const cut = pod.length < longestPod ? undefined : all.find((one) => isCutOf(one.name, pod));
    return cut && cut.uid === uid;
  }

  /** Of a Job that a person has named, whose CronJob is the one whose name that of the pod goes on from, as far as it can. */
  seemsMadeBy(job: BackupCronJob, backup: Backup): boolean {
    const { namespace, pod = '' } = backup;
    const made = this.madeBy(job, backup);
    if (made !== undefined) return made;
    // It tells the whole name of a CronJob that is gone.
    if (startOf(pod) !== undefined) return false;
    const starts = (this.#cronJobs.get(namespace) ?? []).filter(({ name }) => pod.startsWith(`${name}-`));
    return starts.toSorted((one, other) => other.name.length - one.name.length)[0]?.name === job.name;
  }
}

/** The name of the CronJob in that of a pod, if its controller has made the Job. */
function startOf(pod: string): string | undefined {
  return afterJob.test(pod) ? timed.exec(pod.replace(afterJob, ''))?.[1] : undefined;
}

function isCutOf(name: string, pod: string): boolean {
  return pod.startsWith(`${name}-`) && cutOff.test(pod.slice(name.length + 1));
}
