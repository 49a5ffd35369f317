import { afterEach, beforeEach } from 'vitest';
import { testName } from './functions.ts';

/** Set up in every test file that is traced: whatever runs outside of a test may be there for all of them. */
beforeEach(({ task }) => {
  Object.assign(globalThis, { [testName]: task.id });
});
afterEach(() => {
  Object.assign(globalThis, { [testName]: '' });
});
