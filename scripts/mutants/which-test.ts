import { AsyncLocalStorage } from 'node:async_hooks';
import { aroundEach } from 'vitest';
import { testName } from './functions.ts';

/** Set up in every test file: several tests may run at a time, and what runs outside of them is there for all. */
const current = new AsyncLocalStorage<string>();
Object.assign(globalThis, { [testName]: () => current.getStore() });
aroundEach((runTest, { task }) => current.run(task.id, runTest));
