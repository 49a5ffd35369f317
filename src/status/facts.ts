import type { ManagedSnapshot } from '../snapshots/managed.ts';
import type { LastDump } from './last-dump.ts';

/** Times are milliseconds since 1970. Texts are as others wrote them: who shows one quotes it. */

/** A PVC with data that somebody may want back. */
export interface Claim {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly madeAt: number;
  /** Why it wants no backup, as a person has written. */
  readonly exemption?: string | undefined;
}

/** A CronJob that makes backups, as far as its manifest tells. */
export interface BackupCronJob {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly madeAt: number;
  readonly schedule: string;
  readonly timeZone: string;
  readonly isSuspended: boolean;
  readonly lastScheduledAt?: number | undefined;
  /** The namespace that it backs up, which need not be its own. */
  readonly target: string;
  /** Undefined where its manifest does not say. */
  readonly pvcs: readonly string[] | undefined;
  /** Of which kinds of servers it makes dumps, by the names of the engines, as far as its manifest says. */
  readonly engines: readonly string[];
  /** Whether its manifest leaves open that it dumps a database. */
  readonly mayDump: boolean;
  /** Whether it only tries; undefined where its manifest does not say. */
  readonly isDryRun: boolean | undefined;
  /** It starts no Job while another of its own runs. */
  readonly isExclusive: boolean;
  /** The Jobs that it says are running, by their names. */
  readonly active: readonly string[];
  /** What of its settings `create` refuses; one sentence each. */
  readonly mistakes: readonly string[];
}

/** A Job of such a CronJob. */
export interface Run {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Of its CronJob. */
  readonly of: string;
  readonly madeAt: number;
  readonly state: 'running' | 'complete' | 'failed' | 'suspended';
  /** How long it took, if it is complete. */
  readonly tookMs?: number | undefined;
  /** What the Job's own condition says of a failure. */
  readonly failure?: string | undefined;
}

/** A pod of such a Job. */
export interface RunPod {
  readonly namespace: string;
  readonly name: string;
  /** Of its Job. */
  readonly of: string;
  readonly madeAt: number;
  readonly phase: string;
  /** Why a container does not start. */
  readonly waiting?: { readonly reason: string; readonly message: string } | undefined;
  /** Why no node takes it. */
  readonly unschedulable?: string | undefined;
  /** What the container said last. */
  readonly lastWords?: string | undefined;
  /** Where the container of `create` has ended, and others keep the pod alive. */
  readonly outlived?: Outlived | undefined;
}

export interface Outlived {
  readonly container: string;
  readonly exitCode: number;
  readonly endedAt: number;
  /** The names of those that still run. */
  readonly by: readonly string[];
}

/** A warning of the cluster, or of `create`, about a Job or a CronJob. */
export interface Remark {
  readonly namespace: string;
  /** The uid of what it is about. */
  readonly about: string;
  readonly reason: string;
  readonly message: string;
  readonly at: number;
}

export interface Backup extends ManagedSnapshot {
  readonly pod: string | undefined;
  readonly className: string | undefined;
  /** What the storage says, while it is not ready. */
  readonly error: string | undefined;
  readonly lastDump: LastDump | undefined;
}

/** Kinds of objects that were not to be seen. */
export type Unseen = 'jobs' | 'pods' | 'events' | 'classes';

/** All that a status is told from, of one moment. */
export interface Facts {
  /** By the clock of the API server. */
  readonly now: number;
  readonly claims: readonly Claim[];
  readonly cronJobs: readonly BackupCronJob[];
  readonly runs: readonly Run[];
  readonly pods: readonly RunPod[];
  readonly remarks: readonly Remark[];
  readonly backups: readonly Backup[];
  /** By the name of a class of snapshots: whether the data goes with them, `Delete` or `Retain`. */
  readonly deletionPolicies: ReadonlyMap<string, string>;
  readonly unseen: readonly Unseen[];
}
