import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [react()],
  test: {
    // A flaky test is a failing test: none is run again until it passes.
    retry: 0,
    // What a test waits for comes sooner or later; how soon is not what it asserts.
    expect: { poll: { timeout: 25_000 } },
    teardownTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts'],
          exclude: ['tests/unit/renderer/**'],
          // None of these modules keeps anything for the next test; to start a process for each file takes longer than
          // most of the tests.
          isolate: false,
          // Long enough for tests of thousands of random cases on a machine that is busy.
          testTimeout: 40_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'renderer',
          include: ['tests/unit/renderer/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          testTimeout: 40_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          // Real processes, which the tests start, kill and count: one file after the other, so that each has the
          // machine's cores for itself.
          pool: 'forks',
          fileParallelism: false,
          // Far longer than any of them takes, on a machine that is busy too.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
    coverage: { provider: 'v8', include: ['src/**'], reportsDirectory: 'coverage' },
  },
});
