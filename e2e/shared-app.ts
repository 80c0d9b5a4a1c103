import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isActive } from '../src/shared/ipc';
import { AppDriver, expect, test } from './app';

/**
 * Tests of one file that use the same app, one after the other, since a start costs more than most of them: each finds
 * it with its own job files, as if it had just been started with them. What a person has set or typed stays, and
 * processes that were lost stay counted: a test of these has an app of its own. After a test that failed the next one
 * gets a new app.
 */
export function shareApp(): typeof test {
  let folder = '';
  let shared: AppDriver | null = null;
  const sharing = test.extend({
    app: async ({ jobFiles }, use) => {
      if (shared === null) {
        folder = await mkdtemp(join(tmpdir(), 'procession-e2e-'));
        shared = await AppDriver.launch(jobFiles, folder);
      } else await renew(shared, jobFiles);
      await use(shared);
      expect(shared.complaints.splice(0)).toEqual([]);
    },
  });
  sharing.afterAll(async () => {
    await shared?.quit();
    if (shared !== null) await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    shared = null;
  });
  return sharing;
}

/** Brings an app back to where it was after its start, with other job files. */
async function renew(app: AppDriver, jobFiles: readonly string[]): Promise<void> {
  await app.page.evaluate(async () => {
    const { rows } = await window.procession.getSnapshot();
    await window.procession.removeJobs(rows.map(({ key }) => key));
  });
  const active = async (): Promise<string[]> => {
    const { rows } = await app.page.evaluate(() => window.procession.getSnapshot());
    return rows.filter(({ state }) => isActive(state)).map(({ id }) => id);
  };
  await expect.poll(active, { message: 'jobs of the test before', intervals: [20] }).toEqual([]);
  await app.page.evaluate(async () => {
    const bridge = window.procession;
    const { files, notices } = await bridge.getSnapshot();
    for (const { key } of files) await bridge.closeFile(key);
    for (const { id } of notices) await bridge.dismissNotice(id);
    await bridge.setQueuePaused(false);
    for (const { folder } of (await bridge.getSettings()).trusted) await bridge.forgetTrust(folder);
  });
  if (jobFiles.length === 0) await app.page.evaluate(() => window.procession.openExamples());
  else await openFiles(app, jobFiles);
  await app.page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
  await app.page.reload();
  await app.ready();
}

/** Opens files as if a person had chosen them; the page, which is to be loaded anew, leads nowhere for it. */
async function openFiles(app: AppDriver, paths: readonly string[]): Promise<void> {
  await app.electron.evaluate(
    ({ dialog }, filePaths) => {
      const { showOpenDialog } = dialog;
      dialog.showOpenDialog = () => {
        dialog.showOpenDialog = showOpenDialog;
        return Promise.resolve({ canceled: false, filePaths });
      };
    },
    [...paths],
  );
  await app.page.evaluate(() => window.procession.openFileDialog());
}
