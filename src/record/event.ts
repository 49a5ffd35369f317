import type { KubeObject } from '../kube/object.ts';
import type { Involved } from './involved.ts';

/** What an event says. */
export interface Saying {
  readonly isWarning: boolean;
  /** In one word, as Kubernetes writes it: `BackupFailed`. */
  readonly reason: string;
  readonly message: string;
}

/** The newer API of events takes no more. */
const maximumLength = 1024;

/** `suffix` tells it from other events about the same object. */
export function eventAbout(
  involved: Involved,
  { isWarning, reason, message }: Saying,
  at: Date,
  suffix: string,
): KubeObject {
  const time = at.toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${involved.name}.${suffix}`, namespace: involved.namespace },
    involvedObject: { ...involved },
    type: isWarning ? 'Warning' : 'Normal',
    reason,
    message: shortened(message.replaceAll('\n', '; ')),
    source: { component: 'backup-ns' },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}

function shortened(text: string): string {
  return text.length <= maximumLength ? text : `${text.slice(0, maximumLength - 1)}…`;
}
