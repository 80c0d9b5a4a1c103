import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { app, type BrowserWindow, clipboard, dialog, type IpcMainInvokeEvent, session } from 'electron';
import { ProcessServer } from '../core/process-server';
import { type AppInfo, type EventName, type Events, isActive, type Snapshot } from '../shared/ipc';
import { isOwnAddress } from './addresses';
import { serveApp } from './app-protocol';
import { askToQuit } from './ask-to-quit';
import { DeltaStream } from './delta-stream';
import { DesktopSigns } from './desktop/desktop-signs';
import { EngineMeter } from './engine-meter';
import { FirstView } from './first-view';
import { HistoryDesk } from './history/history-desk';
import { type RequestHandlers, registerRequests, sendEvent } from './ipc';
import { isJobFileName, jobFilesOf } from './job-files-of';
import { JobList } from './job-list';
import type { ListedJob } from './listed-job';
import { setMenu } from './menu';
import { QueueService } from './queue/queue-service';
import { StoredResults } from './results/stored-results';
import { type ListedRun, RunRecords } from './runs/run-records';
import { runRequests } from './runs/run-requests';
import { StoredRecords } from './runs/stored-records';
import { saveText } from './save-text';
import { confineSession } from './security';
import { applySettings } from './settings/apply-settings';
import { Trust } from './trust';
import { UserData } from './user-data';
import { UtilityHost } from './utility-host';
import { createWindow } from './window';

/** Rows of a snapshot; those of a longer list follow. */
const maxFirstRows = 2000;

/** The app between its start and its end: puts the parts together and owns the only way out. */
export class DesktopApp {
  readonly #origin: string;
  readonly #page: string;
  readonly #examples = join(app.getAppPath(), 'examples');
  readonly #list = new JobList();
  readonly #records = new RunRecords({
    byEngineId: (engineId) => listedRun(this.#list.jobOfEngine(engineId)),
    byKey: (key) => listedRun(this.#list.job(key)),
  });
  readonly #user = new UserData({
    list: this.#list,
    window: () => this.#window,
    changed: () => this.#deltas.touch(),
    tell: (told) => this.#send('told', told),
    onRecent: (files) => {
      this.#send('recent', files);
      this.#setMenu();
    },
    reveal: (fileKey) => this.#send('reveal', fileKey),
  });
  readonly #signs = new DesktopSigns(
    () => this.#window,
    () => this.#user.settings.value,
  );
  readonly #firstView = new FirstView();
  readonly #server = new ProcessServer({ host: new UtilityHost() });
  readonly #deltas = new DeltaStream({
    list: this.#list,
    workers: () => this.#server.procs,
    pulse: (key) => this.#records.pulse(key),
    queue: () => this.#queue.status,
    notices: () => this.#queue.notices.all,
    send: (delta) => {
      this.#signs.observe(delta.rows, delta.removed);
      this.#send('delta', delta);
    },
  });
  readonly #queue: QueueService = new QueueService({
    server: this.#server,
    list: this.#list,
    trust: new Trust([this.#examples], this.#user.trusted),
    version: app.getVersion(),
    begin: this.#firstView.told,
    observer: {
      changed: () => this.#deltas.touch(),
      onBound: (job) => void this.#records.onServerEvent({ type: 'job', job }),
      onCombine: (engineId, key) => this.#records.onCombine(engineId, key),
      onItems: (key, items) => {
        this.#records.onItems(key, items);
        // The last of them may come after the last event of the job.
        if (key === this.#deltas.watched) this.#deltas.touch();
      },
      prepare: (keys) => this.#earlier.prepare(keys),
      traceOf: (key) => this.#records.find({ key, run: this.#list.job(key)?.run ?? 0 })?.trace,
      onRefreshed: (run) => this.#earlier.refresh(run, (key) => key === this.#deltas.watched),
    },
  });
  readonly #earlier: StoredRecords = new StoredRecords({
    history: () => this.#queue.history,
    records: this.#records,
    findJob: (key) => this.#list.job(key),
    jobsOfRun: (run) => this.#list.jobsOfRun(run),
    isOwn: (run) => this.#queue.isOwn(run),
    loadPlan: (run) => this.#queue.loadPlan(run),
    onRestored: (key, parts) => {
      this.#list.restore(key, parts);
      this.#deltas.touch();
    },
  });
  readonly #desk = new HistoryDesk({
    history: () => this.#queue.history,
    window: () => this.#window,
    tell: (news) => this.#send('history', news),
    job: (key) => this.#list.job(key),
    record: (ref) => this.#records.find(ref),
  });
  #window: BrowserWindow | null = null;
  readonly #meter = new EngineMeter((cost) => this.#send('cost', cost));
  #end: 'running' | 'stopping' | 'stopped' = 'running';
  /** The person has agreed that what runs is stopped. */
  #mayQuit = false;

  /**
   * @param origin where the window's page comes from
   * @param page its address
   */
  constructor(origin: string, page: string) {
    this.#origin = origin;
    this.#page = page;
    app.on('before-quit', (event) => this.#beforeQuit(event));
    app.on('window-all-closed', () => app.quit());
    app.on('second-instance', (_event, _argv, _cwd, data) => this.#onSecondInstance(data));
    app.on('open-file', (event, path) => {
      event.preventDefault();
      void this.#openFiles([path]);
    });
    // Nobody is there who could be asked.
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.on(signal, () => {
        this.#mayQuit = true;
        app.quit();
      });
  }

  /** Shows the window, then starts the server and opens the files of the command line or else the examples. */
  async start(argv: readonly string[], cwd: string): Promise<void> {
    this.#server.onEvent((told) => {
      const event = this.#queue.masked(told);
      this.#meter.onServerEvent(event);
      const looked = this.#records.onServerEvent(event);
      const listed = event.type === 'worker' || this.#list.onServerEvent(event);
      if (event.type === 'job') this.#queue.kick();
      if (listed || (looked !== null && looked === this.#deltas.watched)) this.#deltas.touch();
    });
    serveApp(join(__dirname, '../renderer'));
    confineSession(session.defaultSession, this.#origin);
    registerRequests(this.#requests(), (event) => this.#isOwnPage(event));
    this.#setMenu();
    this.#user.settings.follow((settings, before) => {
      applySettings(settings, before, this.#server);
      this.#signs.update();
      if (settings.historyDays !== before?.historyDays) void this.#queue.removeOlder(settings.historyDays);
    });
    this.#window = createWindow(this.#page);
    this.#window.on('close', (event) => this.#beforeClose(event));
    this.#window.on('closed', () => {
      this.#window = null;
    });
    // Until the page is there this process has to hand its files over, and the processors have to draw it.
    await this.#firstView.drawn();
    if (this.#end !== 'running') return;
    this.#server.start();
    await this.#openFiles(jobFilesOf(argv).map((path) => resolve(cwd, path)));
    await this.#queue.restored;
    if (this.#list.size === 0 && this.#list.files.length === 0) await this.#openExamples();
  }

  #requests(): RequestHandlers {
    return {
      getSnapshot: () => this.#snapshot(),
      watchJob: (key) => this.#watch(key),
      ...runRequests(this.#records, this.#earlier, new StoredResults(() => this.#queue.history), (key) =>
        this.#list.job(key),
      ),
      ...this.#queue.requests(),
      ...this.#desk.requests(),
      openFileDialog: () => this.#openDialog(),
      openExamples: () => this.#openExamples(),
      reloadFile: (key) => this.#reload(key),
      closeFile: (key) => {
        this.#list.removeFile(key);
        this.#deltas.touch();
      },
      copyText: (text) => clipboard.writeText(text),
      saveText: (name, text) => (this.#window === null ? null : saveText(this.#window, name, text)),
      ...this.#user.requests(),
    };
  }

  #snapshot(): Snapshot {
    this.#deltas.watch(null);
    const rows = this.#list.takeFirst(maxFirstRows);
    // What the snapshot says no delta says again.
    this.#signs.observe(rows);
    return {
      seq: this.#deltas.seq,
      files: this.#list.files,
      rows,
      workers: this.#server.procs,
      app: appInfo(),
      queue: this.#queue.status,
      notices: this.#queue.notices.all,
    };
  }

  #watch(key: number | null): void {
    this.#firstView.tell();
    this.#deltas.watch(key);
    const job = key === null ? undefined : this.#list.job(key);
    // What cannot be read shows as far as it is known.
    if (job?.isOutline && job.entry !== null) this.#queue.loadPlan(job.entry.run).catch(() => undefined);
    if (job !== undefined) this.#earlier.find(job).catch(() => undefined);
  }

  /** Only the main frame of the window, showing the app's own page, may ask for anything. */
  #isOwnPage(event: IpcMainInvokeEvent): boolean {
    const contents = this.#window?.webContents;
    const frame = event.senderFrame;
    if (contents === undefined || event.sender !== contents || frame === null) return false;
    return frame.parent === null && isOwnAddress(frame.url, this.#origin);
  }

  #setMenu(): void {
    setMenu({
      perform: (id) => this.#send('command', id),
      recent: this.#user.recent.all,
      openRecent: (path) => void this.#openFiles([path]).then((key) => key !== null && this.#send('reveal', key)),
      clearRecent: () => this.#user.recent.clear(),
    });
  }

  #send<N extends EventName>(name: N, payload: Events[N]): void {
    if (this.#window !== null) sendEvent(this.#window.webContents, name, payload);
  }

  /** @param remember whether they become recent files */
  #openFiles(paths: readonly string[], remember = true): Promise<number | null> {
    return this.#user.opening.open(paths, remember);
  }

  async #openExamples(): Promise<number | null> {
    const names = await readdir(this.#examples).catch(() => []);
    return this.#openFiles(
      names
        .filter(isJobFileName)
        .sort()
        .map((name) => join(this.#examples, name)),
      false,
    );
  }

  async #openDialog(): Promise<number | null> {
    if (this.#window === null) return null;
    const { filePaths } = await dialog.showOpenDialog(this.#window, {
      title: 'Open job files',
      properties: ['openFile', 'multiSelections'],
      filters: [{ name: 'Job files', extensions: ['yaml', 'yml', 'json'] }],
    });
    return this.#openFiles(filePaths);
  }

  async #reload(fileKey: number): Promise<number | null> {
    const file = this.#list.file(fileKey);
    return file === undefined || file.unsaved ? null : this.#openFiles([file.path]);
  }

  #onSecondInstance(data: unknown): void {
    const { argv, cwd } = launchOf(data);
    void this.#openFiles(jobFilesOf(argv).map((path) => resolve(cwd, path))).then((key) => {
      if (key !== null) this.#send('reveal', key);
    });
    if (this.#window?.isMinimized()) this.#window.restore();
    this.#window?.focus();
  }

  /** The window stays until it is clear that the app may end. */
  #beforeClose(event: { preventDefault(): void }): void {
    if (this.#end === 'stopped' || this.#mayQuit || this.#queue.activeRuns === 0) return;
    event.preventDefault();
    app.quit();
  }

  /** The only way out: the runs end and are recorded, the server stops, and with it every worker; then the app quits. */
  #beforeQuit(event: { preventDefault(): void }): void {
    if (this.#end === 'stopped') return;
    event.preventDefault();
    if (this.#end === 'stopping') return;
    this.#end = 'stopping';
    void this.#askAndStop().then((hasStopped) => {
      this.#end = hasStopped ? 'stopped' : 'running';
      if (hasStopped) app.quit();
    });
  }

  /** Returns whether everything has stopped; the person may want it to go on. */
  async #askAndStop(): Promise<boolean> {
    if (!this.#mayQuit && this.#queue.activeRuns > 0)
      this.#mayQuit = await askToQuit(this.#window, this.#queue.activeRuns);
    if (!this.#mayQuit && this.#queue.activeRuns > 0) return false;
    this.#firstView.tell();
    try {
      await this.#queue.stop();
      await Promise.all([this.#server.stop(), this.#user.flush()]);
    } catch (error) {
      console.error('The app did not stop in order:', error);
    }
    return true;
  }
}

const appInfo = (): AppInfo => ({
  version: app.getVersion(),
  electron: process.versions.electron,
  chrome: process.versions.chrome,
  node: process.versions.node,
});

const listedRun = (job: Readonly<ListedJob> | undefined): ListedRun | undefined =>
  job && { key: job.key, run: job.run, plan: job.plan, isActive: isActive(job.state) };

/** Command line and folder of a second start, as the first one gets them. */
function launchOf(data: unknown): { argv: string[]; cwd: string } {
  const { argv, cwd } = typeof data === 'object' && data !== null ? (data as { argv?: unknown; cwd?: unknown }) : {};
  return {
    argv: Array.isArray(argv) ? argv.filter((arg) => typeof arg === 'string') : [],
    cwd: typeof cwd === 'string' ? cwd : process.cwd(),
  };
}
