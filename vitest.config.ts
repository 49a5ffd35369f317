import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { sampledFiles } from './scripts/tests/sampled-files.ts';

// What reads this may be an old Node of the system, which can neither read the sources nor say why.
if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(
    `The tests need Node 24 or newer, and this is ${process.version}; npm test and npx vitest take the one of node_modules.\n`,
  );
  process.exit(1);
}

const unit = {
  // A machine that does much else at the same time is slow, not broken.
  testTimeout: 20_000,
  hookTimeout: 60_000,
  // Modules are read as Node reads them, and once for all files of a worker.
  isolate: false,
  experimental: { viteModuleRunner: false },
};

export default defineConfig({
  test: {
    // Twice as many as there are CPUs: half of the time a test waits for a process, a server, a watch or a lock.
    maxWorkers: 2 * availableParallelism(),
    projects: [
      { test: { ...unit, name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/e2e/**'] } },
      {
        test: {
          ...unit,
          name: 'exhaustive',
          // A property tries a hundred times as many values here as there.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          include: sampledFiles(import.meta.dirname),
          env: { EXHAUSTIVE: '1' },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
