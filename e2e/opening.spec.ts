import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppDriver, test as alone, appArguments, expect, fixture } from './app';
import { shareApp } from './shared-app';

const test = shareApp();

/** Drags files from the system onto the window, and drops them there. */
async function drop(app: AppDriver, files: readonly string[], isDropped = true): Promise<void> {
  // What the start opens comes a moment after the window, and is shown first.
  await expect(app.job).toBeVisible();
  await app.electron.evaluate(
    async ({ BrowserWindow }, { paths, steps }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      if (contents === undefined) throw new Error('There is no window.');
      if (!contents.debugger.isAttached()) contents.debugger.attach();
      for (const type of steps)
        await contents.debugger.sendCommand('Input.dispatchDragEvent', {
          type,
          x: 400,
          y: 300,
          data: { items: [], files: paths, dragOperationsMask: 1 },
        });
    },
    { paths: [...files], steps: ['dragEnter', 'dragOver', isDropped ? 'drop' : 'dragCancel'] },
  );
}

test('job files that are dropped anywhere on the window are opened, and what is none is told about', async ({
  app,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'procession-drop-'));
  try {
    const photo = join(folder, 'photo.png');
    await writeFile(photo, '\u0089PNG {{{');
    await drop(app, [fixture('work.yaml'), photo]);
    await expect(app.job).toHaveAccessibleName('Steady work');
    const notice = app.page.getByRole('alert');
    await expect(notice).toContainText('photo.png is no job file');
    await expect(notice).toContainText('1 error in photo.png; nothing was run.');
    await expect(app.page.getByRole('option', { name: 'photo.png' })).toHaveCount(0);
    expect(app.page.url()).toBe('app://procession/index.html');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('files held over the window are asked for', async ({ app }) => {
  const asked = app.page.getByTestId('drop-zone').waitFor();
  await drop(app, [fixture('work.yaml')], false);
  await asked;
  await expect(app.page.getByTestId('drop-zone')).toHaveCount(0);
  await expect(app.page.getByRole('option', { name: 'work.yaml' })).toHaveCount(0);
});

test('a second start hands its files to the window that is open, and ends', async ({ app }) => {
  const binary = await app.electron.evaluate(({ app: electronApp }) => electronApp.getPath('exe'));
  const { ELECTRON_RUN_AS_NODE: _node, NODE_OPTIONS: _options, ...env } = process.env;
  const second = spawn(binary, [...appArguments(app.dataFolder), fixture('work.yaml')], { env, stdio: 'ignore' });
  await once(second, 'exit');
  expect(second.exitCode).toBe(0);
  await expect(app.job).toHaveAccessibleName('Steady work');
  await expect(app.page.getByRole('option', { name: 'work.yaml' })).toBeVisible();
});

alone('recent files are offered after a restart, by the palette and the menu', async ({ app }) => {
  await drop(app, [fixture('work.yaml')]);
  await expect(app.job).toHaveAccessibleName('Steady work');
  await app.quit();
  const again = await AppDriver.launch([fixture('series.yaml')], app.dataFolder);
  try {
    const labels = () =>
      again.electron.evaluate(({ Menu }) => {
        const file = Menu.getApplicationMenu()?.items.find((item) => item.label === '&File');
        const recent = file?.submenu?.items.find((item) => item.label === 'Open &recent');
        return recent?.submenu?.items.map((item) => item.label);
      });
    await expect.poll(labels).toEqual([fixture('series.yaml'), fixture('work.yaml'), '', 'Forget all']);
    await again.page.keyboard.press('Control+k');
    await again.page.keyboard.type('work.yaml');
    await again.page.keyboard.press('Enter');
    await expect(again.job).toHaveAccessibleName('Steady work');
    // The page may open only what it was told of.
    const opened = await again.page.evaluate(() => window.procession.openRecent('/etc/hostname'));
    expect(opened).toBeNull();
  } finally {
    await again.quit();
  }
});
