import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // vitest leaves one CPU alone; tests that mostly wait for processes need not.
    maxWorkers: '100%',
    projects: [
      // A machine that does much else at the same time is slow, not broken.
      {
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/e2e/**'], testTimeout: 20_000 },
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
