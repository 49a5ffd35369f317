import { channel } from '../../src/kube/exec/channels.ts';
import type { HookEvent } from '../faults/hook.ts';
import type { SeenRequest } from '../faults/seen-request.ts';

const streams: Readonly<Record<number, string>> = {
  [channel.stdout]: 'stdout',
  [channel.stderr]: 'stderr',
  [channel.status]: 'status',
};

/**
 * Names the steps of one run, each by a name that the same step has in another run: the answer to every request, the
 * first event of every watch, and of every exec the first it says on each stream. Undefined for what is no step of its own.
 */
export function stepNames(): (event: HookEvent) => string | undefined {
  const counts = new Map<string, number>();
  const names = new Map<SeenRequest, string>();
  const said = new Set<string>();

  const nameOf = (request: SeenRequest): string => {
    const { verb, resource, subresource } = request;
    const what = `${verb} ${subresource === undefined ? resource : `${resource}/${subresource}`}`;
    const known = names.get(request);
    if (known !== undefined) return known;
    const count = (counts.get(what) ?? 0) + 1;
    counts.set(what, count);
    names.set(request, `${what} ${count}`);
    return `${what} ${count}`;
  };
  const onlyOnce = (step: string): string | undefined => {
    if (said.has(step)) return undefined;
    said.add(step);
    return step;
  };

  return (event) => {
    const name = nameOf(event.request);
    if (event.phase === 'answered') return `the answer to ${name}`;
    if (event.phase === 'event') return onlyOnce(`the first event of ${name}`);
    if (event.phase !== 'frame' || event.direction === 'in' || event.payload.length === 0) return undefined;
    return onlyOnce(`the first on ${streams[event.channel]} of ${name}`);
  };
}
