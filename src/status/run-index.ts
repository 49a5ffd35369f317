import type { BackupCronJob, Facts, Remark, Run, RunPod } from './facts.ts';

/** Finds what belongs together: by uid, and within a namespace, as a tenant may write any uid into an object. */
export class RunIndex {
  readonly #runs: ReadonlyMap<string, readonly Run[]>;
  readonly #pods: ReadonlyMap<string, readonly RunPod[]>;
  readonly #remarks: ReadonlyMap<string, readonly Remark[]>;

  constructor({ runs, pods, remarks }: Pick<Facts, 'runs' | 'pods' | 'remarks'>) {
    this.#runs = Map.groupBy(runs, ({ namespace, of }) => `${namespace}/${of}`);
    this.#pods = Map.groupBy(pods, ({ namespace, of }) => `${namespace}/${of}`);
    this.#remarks = Map.groupBy(remarks, ({ namespace, about }) => `${namespace}/${about}`);
  }

  /** The newest first. */
  runsOf({ namespace, uid }: BackupCronJob): readonly Run[] {
    return newest(this.#runs.get(`${namespace}/${uid}`), ({ madeAt }) => madeAt);
  }

  /** The newest first. */
  podsOf({ namespace, uid }: Run): readonly RunPod[] {
    return newest(this.#pods.get(`${namespace}/${uid}`), ({ madeAt }) => madeAt);
  }

  /** The newest with that reason about a Job or a CronJob. */
  remarkOn({ namespace, uid }: Run | BackupCronJob, reasons: readonly string[]): Remark | undefined {
    const all = this.#remarks.get(`${namespace}/${uid}`)?.filter(({ reason }) => reasons.includes(reason));
    return newest(all, ({ at }) => at)[0];
  }
}

function newest<T>(all: readonly T[] = [], timeOf: (one: T) => number): readonly T[] {
  return all.toSorted((one, other) => timeOf(other) - timeOf(one));
}
