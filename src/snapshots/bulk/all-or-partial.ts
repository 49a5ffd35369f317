import { PartialError } from '../../core/errors.ts';
import type { Failure } from './in-parallel.ts';

interface NamedResult {
  readonly namespace: string;
  readonly failed: readonly Failure[];
}

/** What was done to snapshots that a person named (`held`, `deleted`); a PartialError with it when some failed. */
export function allOrPartial<Result extends NamedResult>(result: Result, done: string): Result {
  const { namespace, failed } = result;
  if (failed.length === 0) return result;
  const names = failed.map(({ name }) => `'${name}'`).join(', ');
  throw new PartialError(
    `${failed.length === 1 ? 'One snapshot' : `${failed.length} snapshots`} in namespace '${namespace}' could not be ${done}: ${names}; the log says why`,
    result,
  );
}
