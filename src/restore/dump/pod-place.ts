import { isRecord, recordsIn } from '../../kube/object.ts';
import type { PodPlace, PodResources, PodUser } from './reader-manifest.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A tenant may write anything into a manifest. */
const most = 50;

/**
 * What a pod that is there, or is to be, has by which another one may run beside it: who may pull its images, and which nodes take
 * it. Nothing that would give a right or a volume.
 */
export function placeOfPod(spec: Fields): PodPlace {
  const { imagePullSecrets, nodeSelector, tolerations } = spec;
  return {
    pullSecrets: recordsIn(imagePullSecrets, most).flatMap(({ name }) =>
      typeof name === 'string' ? [{ name }] : [],
    ),
    nodeSelector: textsOf(nodeSelector),
    tolerations: recordsIn(tolerations, most).map(
      (toleration) =>
        Object.fromEntries(plainIn(toleration, ['string', 'number'])) as Record<string, string | number>,
    ),
  };
}

/** Whom the files are read as, where nobody knows whose they are; undefined where it says none. */
export function userOfPod(pod: Fields, container: Fields): PodUser | undefined {
  const { runAsUser, runAsGroup, fsGroup } = { ...contextOf(pod), ...contextOf(container) };
  const user = idOf(runAsUser);
  const group = idOf(runAsGroup) ?? user;
  const volumeGroup = idOf(fsGroup) ?? group;
  return volumeGroup === undefined ? undefined : { user, group, volumeGroup };
}

function contextOf({ securityContext }: Fields): Fields {
  return isRecord(securityContext) ? securityContext : {};
}

/** Undefined where none are said. A LimitRange may have bounds, between which whoever has made the pod has found a place. */
export function resourcesOf({ resources }: Fields): PodResources | undefined {
  const { requests, limits } = isRecord(resources) ? resources : {};
  if (!isRecord(requests) && !isRecord(limits)) return undefined;
  return {
    ...(isRecord(requests) && { requests: textsOf(requests) }),
    ...(isRecord(limits) && { limits: textsOf(limits) }),
  };
}

/** Root is none: the pod would be refused. */
function idOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

function textsOf(value: unknown): Record<string, string> {
  return Object.fromEntries(plainIn(value, ['string', 'number']).map(([key, one]) => [key, String(one)]));
}

function plainIn(value: unknown, types: readonly string[]): [string, unknown][] {
  return Object.entries(isRecord(value) ? value : {})
    .filter(([, one]) => types.includes(typeof one))
    .slice(0, most);
}
