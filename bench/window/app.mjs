import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron } from '@playwright/test';
import { inProject } from '../../scripts/lib/project.mjs';

/** Figures of a process, from the system. */
function memoryOf(pid) {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kib = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return { rss: kib('Rss') / 1024, own: (kib('Private_Clean') + kib('Private_Dirty')) / 1024 };
}

/** The real window, driven from outside. */
export class BenchApp {
  /** @type {import('@playwright/test').ElectronApplication} */
  electron;
  /** @type {import('@playwright/test').Page} */
  page;

  static async launch(binary, env, dataFolder, files) {
    const app = new BenchApp();
    app.electron = await _electron.launch({
      executablePath: binary,
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        `--user-data-dir=${dataFolder}`,
        inProject('.'),
        ...files,
      ],
      env: { ...env, PROCESSION_DATA: join(dataFolder, 'history') },
      colorScheme: null,
      timeout: 120_000,
    });
    app.page = await app.electron.firstWindow();
    await app.page.locator('[data-ready=true]').waitFor({ timeout: 120_000 });
    return app;
  }

  row(id) {
    return this.page.locator(`[data-job="${id}"]`);
  }

  /** Finds a job by its name and selects it. */
  async select(label) {
    await this.page.getByRole('textbox', { name: 'Filter jobs' }).fill(label);
    await this.page.getByRole('option', { name: label }).first().click();
    await this.page.getByTestId('job').waitFor();
  }

  async showAll() {
    await this.page.getByRole('textbox', { name: 'Filter jobs' }).fill('');
  }

  async run() {
    await this.page.getByTestId('job').getByRole('button', { name: /^Run/ }).click();
    await this.page.locator('[data-testid=job]:not([data-state=ready]), [role=dialog]').first().waitFor();
    const trust = this.page.getByRole('button', { name: 'Trust and run' });
    if (await trust.isVisible()) await trust.click();
  }

  async state(...states) {
    const wanted = states.map((state) => `[data-testid=job][data-state=${state}]`).join(', ');
    await this.page.locator(wanted).waitFor({ timeout: 300_000 });
  }

  /** How many jobs the list has. */
  async jobs() {
    return this.page.evaluate(async () => {
      const heading = document.querySelector('[role=option]');
      return Number(heading?.getAttribute('aria-setsize') ?? 0);
    });
  }

  /** Waits until the list stands still. */
  async settled(least) {
    const began = Date.now();
    for (let before = -1; Date.now() - began < 300_000; ) {
      const now = await this.jobs();
      if (now >= least && now === before) return (Date.now() - began) / 1000;
      before = now;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    throw new Error(`The list never had ${least} lines.`);
  }

  /** Processor time of the main process and of the window's so far, in milliseconds; see also {@link during}. */
  async cpu() {
    const main = await this.electron.evaluate(() => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    });
    return { main, window: cpuOf(await this.rendererPid()) };
  }

  rendererPid() {
    return this.electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()
        .find((window) => window.getTitle() === 'Procession')
        ?.webContents.getOSProcessId(),
    );
  }

  /** Memory in MiB. */
  async memory() {
    return { main: memoryOf(this.electron.process().pid), window: memoryOf(await this.rendererPid()) };
  }

  /** The heap of the page's scripts in MiB, and what is left of it when what nobody needs has been collected. */
  async pageHeap() {
    const session = await this.page.context().newCDPSession(this.page);
    const { usedSize: heap } = await session.send('Runtime.getHeapUsage');
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize: live } = await session.send('Runtime.getHeapUsage');
    await session.detach();
    return { heap: heap / 2 ** 20, live: live / 2 ** 20 };
  }

  /** Shares of one core that main and the window have while something is done. */
  async during(act) {
    const [before, began] = [await this.cpu(), performance.now()];
    const value = await act();
    const [after, elapsed] = [await this.cpu(), performance.now() - began];
    return {
      value,
      elapsed,
      main: ((after.main - before.main) / elapsed) * 100,
      window: ((after.window - before.window) / elapsed) * 100,
      mainMs: after.main - before.main,
    };
  }

  /** Follows how long main's event loop is held up; returns a function that ends it and gives the figures in ms. */
  async watchMain() {
    await this.electron.evaluate(() => {
      const { monitorEventLoopDelay } = process.mainModule.require('node:perf_hooks');
      globalThis.benchDelay = monitorEventLoopDelay({ resolution: 5 });
      globalThis.benchDelay.enable();
    });
    return () =>
      this.electron.evaluate(() => {
        const delay = globalThis.benchDelay;
        delay.disable();
        return { p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 };
      });
  }

  async close() {
    await this.electron.evaluate(({ dialog }) => {
      dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false });
    });
    await this.electron.close();
  }
}

/** Processor time of a process and its threads, in milliseconds. */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Whether the system tells what this benchmark asks it. */
export const canMeasure = () => process.platform === 'linux' && readdirSync('/proc/self').includes('smaps_rollup');
