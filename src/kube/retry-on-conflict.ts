import { hasStatus } from './error.ts';

/** A controller may touch an object between our reading and our changing it. */
const maximumAttempts = 10;

/**
 * Retries on 409 Conflict (ten attempts), and throws the last one. A write that was resent after a lost answer conflicts
 * with itself, so `act` reads the object again every time.
 */
export async function retryOnConflict<Result>(act: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (!hasStatus(error, 409) || attempt === maximumAttempts) throw error;
    }
  }
}
