import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { app, clipboard, type IpcMainInvokeEvent } from 'electron';
import { ProcessServer } from '../core/process-server';
import type { ActionId } from '../shared/actions';
import type { ServerEvent } from '../shared/engine-info';
import { type AppInfo, type EventName, type Events, isActive, type Snapshot } from '../shared/ipc';
import { isOwnAddress } from './addresses';
import { askToQuit } from './ask-to-quit';
import { DeltaStream } from './delta-stream';
import { aboutRequests } from './desktop/about';
import type { AppLog } from './desktop/app-log';
import type { AppWindow } from './desktop/app-window';
import { Desktop } from './desktop/desktop';
import { EngineMeter } from './engine-meter';
import { FirstView } from './first-view';
import { HistoryDesk } from './history/history-desk';
import { answerRequests, type RequestHandlers, sendEvent } from './ipc';
import type { Answer } from './ipc-door';
import { isOpenableName, jobFilesOf } from './job-files-of';
import { JobList } from './job-list';
import type { ListedJob } from './listed-job';
import { enableInMenu, setMenu } from './menu';
import { Examples } from './opening/examples';
import { type FileParts, fileRequests, openExamples } from './opening/file-requests';
import { QueueService } from './queue/queue-service';
import { StoredResults } from './results/stored-results';
import { type ListedRun, RunRecords } from './runs/run-records';
import { runRequests } from './runs/run-requests';
import { StoredRecords } from './runs/stored-records';
import { saveText } from './save-text';
import { scriptRequests } from './scripts/script-requests';
import { startUtilityScript } from './scripts/utility-script';
import { applySettings } from './settings/apply-settings';
import { Trust } from './trust';
import { UserData } from './user-data';
import { UtilityHost } from './utility-host';

/** Rows of a snapshot; those of a longer list follow. */
const maxFirstRows = 2000;

/** What was left from the last time is listed before worker processes take the processors, or after so many milliseconds. */
const longestListingMs = 1000;

/** What is there before the rest of the app. */
export interface EarlyParts {
  /** Where the window's page comes from. */
  readonly origin: string;
  readonly window: AppWindow;
  /** Folder of the pictures of the app. */
  readonly resources: string;
  readonly log: AppLog;
  /** Takes whoever answers the page's requests. */
  readonly onAnswer: (answer: Answer) => void;
}

/** The app between its start and its end: puts the parts together and owns the only way out. */
export class DesktopApp {
  readonly #origin: string;
  readonly #answer: (answer: Answer) => void;
  readonly #examples = new Examples(join(app.getAppPath(), 'examples'));
  readonly #list = new JobList();
  readonly #records = new RunRecords({
    byEngineId: (engineId) => listedRun(this.#list.jobOfEngine(engineId)),
    byKey: (key) => listedRun(this.#list.job(key)),
  });
  readonly #user = new UserData({
    list: this.#list,
    window: () => this.#desktop.window.current,
    changed: () => this.#deltas.touch(),
    hasTray: () => this.#desktop.tray.look(),
    tell: (told) => this.#send('told', told),
    onRecent: (files) => {
      this.#send('recent', files);
      this.#setMenu();
    },
    reveal: (fileKey) => this.#send('reveal', fileKey),
  });
  readonly #firstView = new FirstView();
  readonly #server = new ProcessServer({ host: new UtilityHost() });
  readonly #deltas = new DeltaStream({
    list: this.#list,
    workers: () => this.#server.procs,
    pulse: (key) => this.#records.pulse(key),
    queue: () => this.#queue.status,
    notices: () => this.#queue.notices.all,
    send: (delta) => {
      this.#desktop.observe(delta.rows, delta.removed);
      this.#send('delta', delta);
    },
  });
  readonly #queue: QueueService = new QueueService({
    server: this.#server,
    list: this.#list,
    trust: new Trust([this.#examples.folder], this.#user.trusted),
    version: app.getVersion(),
    startScript: startUtilityScript,
    begin: this.#firstView.told,
    observer: {
      changed: () => this.#deltas.touch(),
      onEvent: (event) => this.#onEngineEvent(event),
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
    window: () => this.#desktop.window.current,
    tell: (news) => this.#send('history', news),
    job: (key) => this.#list.job(key),
    record: (ref) => this.#records.find(ref),
  });
  readonly #meter = new EngineMeter((cost) => this.#send('cost', cost));
  readonly #files: FileParts = {
    list: this.#list,
    opening: this.#user.opening,
    examples: this.#examples,
    window: () => this.#desktop.window.current,
    changed: () => this.#deltas.touch(),
  };
  readonly #desktop: Desktop;
  #enabled: ReadonlySet<ActionId> | null = null;
  #restarts = false;
  #end: 'running' | 'stopping' | 'stopped' = 'running';
  /** The person has agreed that what runs is stopped. */
  #mayQuit = false;

  constructor({ origin, window, resources, log, onAnswer }: EarlyParts) {
    this.#origin = origin;
    this.#answer = onAnswer;
    this.#desktop = new Desktop({
      window,
      log,
      resources,
      settings: () => this.#user.settings.value,
      isPaused: () => this.#queue.status.isPaused,
      setPaused: (isPaused) => void this.#queue.setPaused(isPaused),
      saveBattery: (isOnBattery) => void this.#queue.saveBattery(isOnBattery),
      perform: (id) => this.#send('command', id),
      onRevived: () => this.#queue.notices.post('window', revived),
      onClose: (event) => this.#beforeClose(event),
    });
    app.on('before-quit', (event) => this.#beforeQuit(event));
    app.on('window-all-closed', () => app.quit());
    app.on('second-instance', (_event, _argv, _cwd, data) => this.#onSecondInstance(data));
    app.on('activate', () => this.#showWindow());
    // Nobody is there who could be asked.
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.on(signal, () => {
        this.#mayQuit = true;
        app.quit();
      });
  }

  /**
   * Answers the page of the window and, when that has been drawn, starts the server and opens the files of the command
   * line or else the examples.
   */
  async start(argv: readonly string[], cwd: string): Promise<void> {
    this.#server.onEvent((told) => {
      const event = this.#queue.masked(told);
      this.#meter.onServerEvent(event);
      this.#onEngineEvent(event);
      if (event.type === 'job') this.#queue.kick();
    });
    this.#answer(answerRequests(this.#requests(), (event) => this.#isOwnPage(event)));
    this.#setMenu();
    this.#user.settings.follow((settings, before) => {
      applySettings(settings, before, this.#server);
      this.#desktop.apply(settings);
      if (settings.historyDays !== before?.historyDays) void this.#queue.removeOlder(settings.historyDays);
    });
    const { log, tray } = this.#desktop;
    log.write(`Procession ${app.getVersion()} starts, on Electron ${process.versions.electron}`);
    // Until the page is there this process has to hand its files over, and the processors have to draw it.
    await this.#firstView.drawn();
    await Promise.race([this.#queue.restored, setTimeout(longestListingMs)]);
    if (this.#end !== 'running') return;
    this.#server.start();
    void tray.look();
    const files = jobFilesOf(argv).map((path) => resolve(cwd, path));
    await this.#user.opening.open(files, true);
    await this.#queue.restored;
    if (this.#list.size === 0 && this.#list.files.length === 0) await openExamples(this.#files);
  }

  /** Something has happened on an engine: the window's own, or a script's. */
  #onEngineEvent(event: ServerEvent): void {
    const looked = this.#records.onServerEvent(event);
    const listed = event.type === 'worker' || this.#list.onServerEvent(event);
    if (listed || (looked !== null && looked === this.#deltas.watched)) this.#deltas.touch();
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
      ...fileRequests(this.#files),
      ...aboutRequests({
        window: () => this.#desktop.window.current,
        settingsFolder: this.#user.folder,
        log: this.#desktop.log.path,
        restart: () => this.#restart(),
      }),
      setEnabled: (actions) => {
        this.#enabled = new Set(actions);
        enableInMenu(this.#enabled);
      },
      copyText: (text) => clipboard.writeText(text),
      saveText: (name, text) => {
        const window = this.#desktop.window.current;
        return window === null ? null : saveText(window, name, text);
      },
      ...scriptRequests(this.#list, () => this.#deltas.touch()),
      ...this.#user.requests(),
    };
  }

  #snapshot(): Snapshot {
    this.#deltas.watch(null);
    const rows = this.#list.takeFirst(maxFirstRows);
    // What the snapshot says no delta says again.
    this.#desktop.observe(rows);
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
    const contents = this.#desktop.window.current?.webContents;
    const frame = event.senderFrame;
    if (contents === undefined || event.sender !== contents || frame === null) return false;
    return frame.parent === null && isOwnAddress(frame.url, this.#origin);
  }

  #setMenu(): void {
    setMenu({
      perform: (id) => this.#send('command', id),
      recent: this.#user.recent.all,
      openRecent: (path) => void this.openFromOutside([path]),
      clearRecent: () => this.#user.recent.clear(),
      enabled: this.#enabled,
    });
  }

  #send<N extends EventName>(name: N, payload: Events[N]): void {
    const window = this.#desktop.window.current;
    if (window !== null) sendEvent(window.webContents, name, payload);
  }

  /** Opens files that were named elsewhere than in the window, and shows the first. */
  async openFromOutside(paths: readonly string[]): Promise<void> {
    const key = await this.#user.opening.open(paths, true);
    if (key !== null) this.#send('reveal', key);
    this.#showWindow();
  }

  /** Before the start there is nothing to show yet, and after the end nothing any more. */
  #showWindow(): void {
    if (app.isReady() && this.#end === 'running') this.#desktop.window.show();
  }

  #onSecondInstance(data: unknown): void {
    const { argv, cwd } = launchOf(data);
    void this.openFromOutside(jobFilesOf(argv).map((path) => resolve(cwd, path)));
  }

  /** The window stays until it is clear that the app may end. */
  #beforeClose(event: { preventDefault(): void }): void {
    if (this.#end === 'stopped' || this.#mayQuit) return;
    // Quitting closes the window too: then it is not to hide.
    if (this.#end === 'running' && this.#desktop.staysInTray) {
      event.preventDefault();
      this.#desktop.window.hide();
      return;
    }
    if (this.#queue.activeRuns === 0) return;
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
      // Started again without the files of its command line: they are in the queue.
      if (hasStopped && this.#restarts)
        app.relaunch({ args: process.argv.slice(1).filter((arg) => !isOpenableName(arg)) });
      this.#restarts = false;
      if (hasStopped) app.quit();
    });
  }

  /** Returns whether everything has stopped; the person may want it to go on. */
  async #askAndStop(): Promise<boolean> {
    const { window, tray, log } = this.#desktop;
    if (!this.#mayQuit && this.#queue.activeRuns > 0) {
      const answer = await askToQuit(window.current, this.#queue.activeRuns, tray.isShown);
      if (answer === 'hide') window.hide();
      if (answer !== 'quit') return false;
      this.#mayQuit = true;
    }
    this.#firstView.tell();
    try {
      await this.#queue.stop();
      await Promise.all([this.#server.stop(), this.#user.flush(), window.flush()]);
      tray.remove();
      log.write('Procession ends in order');
    } catch (error) {
      log.error('The app did not stop in order', error);
    }
    return true;
  }

  /** Quits, and starts again, unless the person wants what runs to go on. */
  #restart(): void {
    this.#restarts = true;
    app.quit();
  }
}

const revived = {
  tone: 'warning',
  title: 'The window was started again',
  text: 'Its page had ended by itself. Jobs did not notice: they went on, and what they do is recorded. The log (Help, Open the logs) says more.',
  canDismiss: true,
} as const;

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
