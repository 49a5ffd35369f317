import { humanDuration } from '../core/human-duration.ts';
import { sentence } from '../core/quoted.ts';
import type { Facts } from '../pods/script-output.ts';
import { settingName } from '../settings/setting-name.ts';
import { keyOf, podSettings, type DatabaseServer } from './engine.ts';
import type { ReplicaState } from './database.ts';

/**
 * What a check said of a server that follows another: `replica=` (`yes`, `no`, or `perhaps` where the user may not know), `lag=` in
 * seconds, once for each that it follows, and `stalled=`, why it does not follow any more, in words.
 */
export interface ReplicaJudgement {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  /** Undefined of a server that follows none. */
  readonly replica: ReplicaState | undefined;
}

/** A dump of a replica is as old as what it has: too old is refused, and what is not known is a warning. */
export function judgeReplica(
  facts: Pick<Facts, 'get' | 'all'>,
  server: Pick<DatabaseServer, 'engine' | 'title' | 'check'>,
  where: string,
): ReplicaJudgement {
  const isReplica = facts.get('replica');
  if (isReplica !== 'yes' && isReplica !== 'perhaps')
    return { problems: [], warnings: [], replica: undefined };
  const lag = lagOf(facts);
  const stalled = sentence(facts.get('stalled'));
  const subject = `${server.title} in ${where}`;
  const elsewhere = `set ${podSettings(server).resource} to the primary`;
  const judged = { replica: { lagSeconds: lag }, problems: [], warnings: [] };
  const maximum = server.check.maximumLagSeconds;
  if (lag !== null && maximum !== undefined && lag > maximum) {
    const limit = `${humanDuration(maximum * 1000)} of ${settingName(keyOf(server.engine, 'MaximumLag'))}`;
    const problem = `${subject} is a replica that is ${humanDuration(lag * 1000)} behind, more than the ${limit}, so its dump would be as old; ${elsewhere}, or wait until it has caught up`;
    return { ...judged, problems: [problem] };
  }
  if (stalled !== undefined) {
    const warning = `${subject} is a replica that does not follow its primary (${stalled}), so nobody knows how old its dump is; let it follow again, or ${elsewhere}`;
    return { ...judged, warnings: [warning] };
  }
  if (lag !== null) return judged;
  const warning =
    isReplica === 'perhaps'
      ? `${subject} may be a replica, as it is read-only, and user '${facts.get('user')}' may not know how far it is behind; grant it REPLICATION CLIENT ON *.* (MySQL) or REPLICA MONITOR ON *.* (MariaDB), or ${elsewhere}`
      : `${subject} is a replica, and how far it is behind is not known, so neither is how old its dump is; ${elsewhere} if that matters`;
  return { ...judged, warnings: [warning] };
}

/** Of several that it follows, that of the slowest. */
function lagOf(facts: Pick<Facts, 'all'>): number | null {
  const lags = facts.all('lag').filter((lag) => /^\d{1,12}$/.test(lag));
  return lags.length === 0 ? null : Math.max(...lags.map(Number));
}
