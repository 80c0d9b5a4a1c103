import { defineConfig } from '@playwright/test';

/** Tests of the real Electron app. Each test starts its own, with its own data folder. */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // Each app starts worker processes of its own: two apps at once on a small machine would only slow each other down.
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: { trace: 'retain-on-failure', screenshot: 'only-on-failure' },
});
