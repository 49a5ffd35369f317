import { placeOf, type Scope } from '../catalogue/scope.ts';
import { UserError } from '../core/errors.ts';
import { hasStatus } from '../kube/error.ts';
import type { Resource } from '../kube/resources.ts';

/** What a person can do who may not see what there is no status without; else the error itself. */
export function unseenKind(error: unknown, { plural }: Resource, scope: Scope): unknown {
  if (!hasStatus(error, 403)) return error;
  const where = scope === undefined ? 'name one of yours with -n instead of -A, or ask' : 'ask';
  return new UserError(
    'preflight',
    `You may not see the ${plural} of ${scope === undefined ? 'all namespaces' : placeOf(scope)}; ${where} for the right to list them (${error.message})`,
    { cause: error },
  );
}
