import { UserError, type ExitReason } from '../core/errors.ts';
import { KubeError } from './error.ts';

/** A failed call to the API server becomes an error for the user: `doing` says what it was about. */
export async function explainFailure<T>(
  reason: ExitReason,
  doing: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    throw new UserError(reason, `${doing} failed: ${error.message}`, { cause: error });
  }
}
