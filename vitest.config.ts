import { defineConfig } from 'vitest/config';
import { sampledFiles } from './scripts/tests/sampled-files.ts';

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
    // vitest leaves one CPU alone; tests that mostly wait for processes need not.
    maxWorkers: '100%',
    projects: [
      { test: { ...unit, name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/e2e/**'] } },
      {
        test: {
          ...unit,
          name: 'exhaustive',
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
