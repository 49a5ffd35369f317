import { Examination, type Diagnosis } from '../core/diagnosis.ts';
import { messageOf, ProblemsError } from '../core/errors.ts';
import { hasStatus } from './error.ts';

/**
 * Looks at one thing. What may not be looked at is a warning, and what cannot be a problem; the others are looked at all the
 * same. Rejects only with the signal's reason.
 */
export async function examine(
  check: string,
  where: string,
  look: (examination: Examination) => Promise<readonly Diagnosis[]>,
  signal: AbortSignal,
): Promise<readonly Diagnosis[]> {
  const examination = new Examination(check, where);
  try {
    return await look(examination);
  } catch (error) {
    signal.throwIfAborted();
    if (hasStatus(error, 403) || (error instanceof Error && hasStatus(error.cause, 403))) {
      const todo = 'ask for that right, or have somebody run doctor who has it';
      return [examination.warning(`You may not look at it: ${messageOf(error)}`, todo)];
    }
    const words = error instanceof ProblemsError ? error.problems : [messageOf(error)];
    return words.map((one) => examination.problem(one));
  }
}
