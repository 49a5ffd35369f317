import { AsyncLocalStorage } from 'node:async_hooks';
import { aroundEach, vi } from 'vitest';
import { testName } from './functions.ts';

/** Set up in every test file: several tests may run at a time, and what runs outside of them is there for all. */
const current = new AsyncLocalStorage<string>();
Object.assign(globalThis, { [testName]: () => current.getStore() });
aroundEach((runTest, { task }) => current.run(task.id, runTest));

/** A machine that tries mutants is busy: what would come after a second may take some more. */
const { waitUntil } = vi;
const timeout = 5000;
vi.waitUntil = (callback, options = {}) =>
  waitUntil(callback, typeof options === 'number' ? options : { timeout, ...options });
