import { hasStatus } from './error.ts';

/** A controller may touch an object between our reading and our changing it. */
const maximumAttempts = 10;

/**
 * Reads, decides and changes anew when somebody has changed the object meanwhile: a 409, as a change gets, too, that was
 * sent again because its answer was lost. Throws the last one.
 */
export async function againOnConflict<Result>(act: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (!hasStatus(error, 409) || attempt === maximumAttempts) throw error;
    }
  }
}
