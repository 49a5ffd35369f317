import type { Context } from '../../context.ts';
import type { Labelled } from '../../snapshots/stored.ts';
import { policyChange } from '../../snapshots/tier-formats.ts';
import { annotation } from '../../snapshots/labels.ts';
import { tiers, type RetentionPolicy } from '../../snapshots/tiers.ts';

/** What `retain` writes on a snapshot whose labels it takes off. */
export interface Trace {
  /** The install's name. */
  readonly by: string;
  /** `daily=7,weekly=4`: of its settings, the tiers that it keeps. */
  readonly policy: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** One of another install, and a snapshot that it was found on. */
export interface ForeignTrace extends Trace {
  readonly namespace: string;
  readonly name: string;
}

/** An install that has not changed anything for so long is not there any more, or has nothing in common with this one. */
const recentMilliseconds = 8 * 24 * 60 * 60_000;

/** Any tenant can write traces, so no more of them are held and named. */
const maximumTraces = 10;

const written =
  /^([A-Za-z0-9][-A-Za-z0-9._/]{0,127}) ([a-z0-9=,]{1,100}) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)$/;

export function policyText(policy: RetentionPolicy): string {
  const kept = tiers.filter((tier) => policy[tier] > 0);
  return kept.map((tier) => `${tier}=${policy[tier]}`).join(',');
}

export function traceText({ by, policy, at }: Trace): string {
  return `${by} ${policy} ${new Date(at).toISOString()}`;
}

/** Undefined for none, and for one that this tool has not written. */
export function traceOf({ metadata }: Pick<Labelled, 'metadata'>): Trace | undefined {
  const text = metadata.annotations?.[annotation.retainedBy] ?? '';
  const [, by, policy, time] = (text.length <= 300 && written.exec(text)) || [];
  if (by === undefined || policy === undefined || time === undefined) return undefined;
  const at = Date.parse(time);
  return Number.isNaN(at) || !('value' in policyChange.parse(policy)) ? undefined : { by, policy, at };
}

/** Gathers the recent traces of others with another policy, each install once. */
export class ForeignTraces {
  readonly #own: Trace;
  readonly #found = new Map<string, ForeignTrace>();

  constructor(own: Trace) {
    this.#own = own;
  }

  add({ metadata }: Pick<Labelled, 'metadata'>): void {
    const trace = traceOf({ metadata });
    if (!trace || trace.by === this.#own.by || trace.policy === this.#own.policy) return;
    const isRecent = Math.abs(this.#own.at - trace.at) < recentMilliseconds;
    const isNew = !this.#found.has(trace.by) && this.#found.size < maximumTraces;
    const { namespace = '', name = '' } = metadata;
    if (isRecent && isNew) this.#found.set(trace.by, { ...trace, namespace, name });
  }

  get all(): readonly ForeignTrace[] {
    return [...this.#found.values()];
  }
}

/** Says who retains the same snapshots by another policy: of two, the stricter one wins. */
export function sayOthers(others: readonly ForeignTrace[], own: Trace, { log }: Context): void {
  for (const { by, policy, at, namespace, name } of others) {
    log.warn(
      {
        by,
        policy,
        at: new Date(at).toISOString(),
        namespace,
        snapshot: name,
        own: own.by,
        ownPolicy: own.policy,
      },
      'another install retains the same snapshots by another policy, and the stricter one wins; let one of them look at other namespaces, or give both the same policy',
    );
  }
}
