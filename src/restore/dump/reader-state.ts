import { sentence } from '../../core/quoted.ts';
import { isDeleting, isRecord, type KubeObject } from '../../kube/object.ts';
import { isReady } from '../../pods/pod.ts';

/** What no waiting cures: the kubelet has tried it, or never will. */
const hopeless = new Set([
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

/** Why a pod will not run any more, in words; undefined while it may. */
export function endOf(pod: KubeObject): string | undefined {
  if (isDeleting(pod)) return 'it is being deleted; run it again';
  const { phase, message, reason } = statusOf(pod);
  if (phase === 'Succeeded' || phase === 'Failed') {
    const { message: last, reason: why } = stateOf(pod, 'terminated');
    const said = sentence(message) ?? sentence(last) ?? sentence(why) ?? sentence(reason);
    return `it has ended${words(' (', said, ')')}; see that its image has a shell, or give another with ⟪image⟫`;
  }
  const { reason: waiting, message: said } = stateOf(pod, 'waiting');
  if (typeof waiting !== 'string' || !hopeless.has(waiting)) return undefined;
  const advice = waiting.includes('Image') ? 'give an image that this cluster has with ⟪image⟫' : 'see why';
  return `${waiting}${words(' (', sentence(said), ')')}; ${advice}`;
}

/** What it waits for; undefined once it runs. */
export function whyNotYet(pod: KubeObject): string | undefined {
  if (isReady(pod)) return undefined;
  const { conditions } = statusOf(pod);
  const all = Array.isArray(conditions) ? conditions.filter(isRecord) : [];
  const scheduled = all.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  const { reason } = stateOf(pod, 'waiting');
  return (
    sentence(scheduled?.['message']) ?? sentence(reason) ?? 'its volume is being made, or its image is pulled'
  );
}

function stateOf(pod: KubeObject, name: 'waiting' | 'terminated'): Readonly<Record<string, unknown>> {
  const { containerStatuses } = statusOf(pod);
  const [first]: unknown[] = Array.isArray(containerStatuses) ? containerStatuses : [];
  const state = isRecord(first) ? first['state'] : undefined;
  const found = isRecord(state) ? state[name] : undefined;
  return isRecord(found) ? found : {};
}

function statusOf({ status }: KubeObject): Readonly<Record<string, unknown>> {
  return isRecord(status) ? status : {};
}

function words(before: string, text: string | undefined, after: string): string {
  return text === undefined ? '' : `${before}${text}${after}`;
}
