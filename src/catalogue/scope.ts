import { UserError } from '../core/errors.ts';
import { KubeError } from '../kube/error.ts';
import type { SnapshotProvider } from '../snapshots/provider.ts';

/** Where to look: a namespace, or the whole cluster when undefined. */
export type Scope = string | undefined;

/** `namespace shop`, `any namespace`: after "in". */
export function placeOf(scope: Scope): string {
  return scope === undefined ? 'any namespace' : `namespace ${scope}`;
}

/** What a person can do about an error of a list or a watch, where that is known; else the error itself. */
export function explained(
  error: unknown,
  scope: Scope,
  { unknownKind }: Pick<SnapshotProvider, 'unknownKind'>,
): unknown {
  if (!(error instanceof KubeError) || (error.status !== 403 && error.status !== 404)) return error;
  const what = error.status === 404 ? unknownKind : scope === undefined ? deniedInAll : deniedIn(scope);
  return new UserError('preflight', `${what} (${error.message})`, { cause: error });
}

const deniedInAll =
  'You may not see the snapshots of all namespaces; name one of yours with -n instead of -A, or ask for the right to list and watch volumesnapshots in the whole cluster';

function deniedIn(namespace: string): string {
  return `You may not see the snapshots of namespace '${namespace}'; name another with -n, or ask for the right to list and watch volumesnapshots in this one`;
}
