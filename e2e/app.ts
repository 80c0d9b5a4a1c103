import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, test as base, type ElectronApplication, expect, type Locator, type Page } from '@playwright/test';
import { isAlive, processesOf } from './processes';

const projectRoot = resolve(__dirname, '..');

/** Absolute path of a job file for tests. */
export const fixture = (name: string): string => join(__dirname, 'fixtures', name);

/** The app as a person has it before them. */
export class AppDriver {
  readonly electron: ElectronApplication;
  readonly page: Page;
  readonly dataFolder: string;
  /** What the page complained about: scripts that failed, things that its security policy refused. */
  readonly complaints: string[] = [];
  /** Those that have not been told to end. */
  static readonly #open = new Set<AppDriver>();
  #closed = false;
  readonly #seen = new Set<number>();

  private constructor(electron: ElectronApplication, page: Page, dataFolder: string) {
    AppDriver.#open.add(this);
    this.electron = electron;
    this.page = page;
    this.dataFolder = dataFolder;
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
  }

  /**
   * @param args more of the command line, such as job files
   * @param more of its environment, where an empty text takes a variable out; and a module that main loads first
   */
  static async launch(
    args: readonly string[],
    dataFolder: string,
    { env: added = {}, first }: { env?: Readonly<Record<string, string>>; first?: string } = {},
  ): Promise<AppDriver> {
    const { ELECTRON_RUN_AS_NODE: _node, NODE_OPTIONS: _options, ELECTRON_RENDERER_URL: _url, ...env } = process.env;
    const electron = await _electron.launch({
      args: [...(first === undefined ? [] : ['-r', first]), ...appArguments(dataFolder), ...args],
      cwd: projectRoot,
      env: { ...definedOnly(env), PROCESSION_DATA: join(dataFolder, 'history'), ...added },
      // The system's theme, as the app sees it, instead of one that Playwright sets.
      colorScheme: null,
      timeout: 30_000,
    });
    try {
      const app = new AppDriver(electron, await electron.firstWindow(), dataFolder);
      await app.ready();
      return app;
    } catch (error) {
      await electron.close();
      throw error;
    }
  }

  /** Ends what a test that has failed left running: nobody would answer its questions at the end. */
  static killAll(): void {
    for (const { electron } of AppDriver.#open) electron.process().kill('SIGKILL');
  }

  get pid(): number {
    const { pid } = this.electron.process();
    if (pid === undefined) throw new Error('The app has not been started.');
    return pid;
  }

  /** Resolves when the page shows main's state. */
  async ready(): Promise<void> {
    await this.page.locator('[data-ready=true]').waitFor();
  }

  /** Processes of the app that run now; they are also remembered for the check at its end. */
  processes(): number[] {
    const pids = processesOf(this.pid, this.dataFolder);
    for (const pid of pids) this.#seen.add(pid);
    return pids;
  }

  /** A job in the queue, by its id in the job file. */
  row(id: string): Locator {
    return this.page.locator(`[data-job="${id}"]`);
  }

  /** The view of the selected job. */
  get job(): Locator {
    return this.page.getByTestId('job');
  }

  get ranks(): Locator {
    return this.page.getByTestId('rank');
  }

  async select(id: string): Promise<void> {
    await this.row(id).click();
    await expect(this.page.getByTestId('job')).toBeVisible();
  }

  /** Selects a job and starts it. */
  async run(id: string): Promise<void> {
    await this.select(id);
    await this.job.getByRole('button', { name: /^Run/ }).click();
  }

  /** Agrees to run the code of a folder. */
  async trust(): Promise<void> {
    const agree = this.page.getByRole('button', { name: 'Trust and run' });
    await agree.click();
    // What is behind the question cannot be clicked until it is gone.
    await expect(agree).toHaveCount(0);
  }

  async cancel(): Promise<void> {
    await this.job.getByRole('button', { name: 'Cancel' }).click();
  }

  /** Waits until the selected job is in a state. */
  async state(state: string): Promise<void> {
    await expect(this.job).toHaveAttribute('data-state', state, { timeout: 20_000 });
  }

  /** Finished items of the selected job. */
  async progress(): Promise<number> {
    const text = await this.page.getByTestId('progress').innerText();
    return Number(text.split(' of ')[0]?.replaceAll(',', ''));
  }

  /** Numbers in the cells of one column of the rank table. */
  async ranksColumn(testId: 'rank-pid' | 'rank-count'): Promise<number[]> {
    const texts = await this.page.getByTestId(testId).allInnerTexts();
    return texts.map((text) => Number(text.replaceAll(',', '')));
  }

  /** A figure of the shown result by its label. */
  figure(label: string): Locator {
    const term = this.page.locator('dt', { hasText: new RegExp(`^${label}$`) });
    return this.page.getByTestId('figure').filter({ has: term }).locator('dd');
  }

  /** Chooses one of the forms in which a result can be shown. */
  async showAs(form: string): Promise<void> {
    await this.page.getByRole('radiogroup', { name: 'Show as' }).getByText(form, { exact: true }).click();
  }

  /** A view of the shown result by its title. */
  view(title: string): Locator {
    return this.page.getByRole('region', { name: title, exact: true });
  }

  /** What is on the clipboard of the system. */
  clipboard(): Promise<string> {
    return this.electron.evaluate(({ clipboard }) => clipboard.readText());
  }

  /** Answers the question whether the app may end although something runs. */
  async agreeToQuit(): Promise<void> {
    const answer = this.electron.evaluate(({ dialog }) => {
      dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false });
    });
    // An app that was killed cannot be told.
    await answer.catch(() => undefined);
  }

  /** Quits, unless that has been done, and checks that nothing of the app is left. */
  async quit(): Promise<void> {
    if (!this.#closed) {
      this.processes();
      this.#close();
      await this.agreeToQuit();
      await this.electron.close();
    }
    await this.#expectGone();
  }

  /** Does what makes the app end by itself, and checks that nothing of it is left. */
  async endBy(act: () => Promise<unknown>): Promise<void> {
    this.processes();
    const ended = this.electron.waitForEvent('close');
    this.#close();
    // The app may be gone before it has answered.
    await act().catch(() => undefined);
    await ended;
    await this.#expectGone();
  }

  #close(): void {
    this.#closed = true;
    AppDriver.#open.delete(this);
  }

  /** Fails when a process of the app is still there a little after its end. */
  async #expectGone(): Promise<void> {
    const left = (): number[] => {
      const carrying = processesOf(-1, this.dataFolder);
      return [...new Set([...carrying, ...[...this.#seen].filter(isAlive)])];
    };
    await expect.poll(left, { message: 'processes that outlived the app', timeout: 5000 }).toEqual([]);
  }
}

/** What Electron needs to start the built app with a data folder of its own. */
export const appArguments = (dataFolder: string): string[] => [
  // Chromium refuses to run as root with its sandbox.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  // A virtual display has no graphics card, and to act as if there was one takes the processor.
  '--disable-gpu',
  // What fades in is there at once: nothing is looked at half way, and nothing is drawn sixty times.
  '--force-prefers-reduced-motion',
  `--user-data-dir=${dataFolder}`,
  projectRoot,
];

const definedOnly = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

/** Removes an app's data folder; Chromium may still be writing to it for a moment after its end. */
const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });

interface Fixtures {
  /** Job files that the app is started with; none shows the examples. */
  readonly jobFiles: readonly string[];
  readonly app: AppDriver;
  /** Ends the apps of a test that has failed. */
  readonly ending: undefined;
}

/** Each test gets an app with a fresh data folder; it fails when a process of it is left over or the page complained. */
export const test = base.extend<Fixtures>({
  jobFiles: [[], { option: true }],
  ending: [
    async ({ jobFiles: _files }, use, info) => {
      await use(undefined);
      if (info.status !== info.expectedStatus) AppDriver.killAll();
    },
    { auto: true },
  ],
  app: async ({ jobFiles }, use) => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'procession-e2e-'));
    try {
      const app = await AppDriver.launch(jobFiles, dataFolder);
      await use(app);
      await app.quit();
      expect(app.complaints).toEqual([]);
    } finally {
      await removeFolder(dataFolder);
    }
  },
});

export { expect };
