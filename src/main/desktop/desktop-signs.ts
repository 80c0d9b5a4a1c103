import { app, type BrowserWindow, Notification, powerSaveBlocker } from 'electron';
import type { JobRow } from '../../shared/ipc';
import type { Settings } from '../../shared/settings';
import { type News, WorkWatch } from './work-watch';

/** What the desktop shows of the work while the window is elsewhere: progress, a badge, notifications, staying awake. */
export class DesktopSigns {
  readonly #watch = new WorkWatch();
  readonly #window: () => BrowserWindow | null;
  readonly #settings: () => Settings;
  #shown = '';
  #blocker: number | null = null;

  constructor(window: () => BrowserWindow | null, settings: () => Settings) {
    this.#window = window;
    this.#settings = settings;
  }

  /** Takes rows that have changed, and keys of those that are gone. */
  observe(rows: readonly JobRow[], removed: readonly number[] = []): void {
    for (const news of this.#watch.observe(rows, removed)) this.#tell(news);
    this.update();
  }

  /** Makes everything as the work and the settings are now. */
  update(): void {
    const { active, share, hasFailed } = this.#watch.work;
    this.#stayAwake(active > 0 && this.#settings().keepAwake);
    // Whole percents: the taskbar shows no more, and each call goes to another process.
    const percent = share === null ? -1 : Math.floor(share * 100);
    const shown = `${percent} ${hasFailed} ${active}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#window()?.setProgressBar(percent < 0 ? -1 : percent / 100, { mode: hasFailed ? 'error' : 'normal' });
    app.setBadgeCount(active);
  }

  #stayAwake(isWanted: boolean): void {
    if (isWanted === (this.#blocker !== null)) return;
    if (this.#blocker !== null) powerSaveBlocker.stop(this.#blocker);
    this.#blocker = isWanted ? powerSaveBlocker.start('prevent-app-suspension') : null;
  }

  #tell(news: News): void {
    if (!this.#settings().notifications || this.#window()?.isFocused() === true || !Notification.isSupported()) return;
    const notification = new Notification(textOf(news));
    notification.on('click', () => {
      this.#window()?.show();
      this.#window()?.focus();
    });
    notification.show();
  }
}

function textOf(news: News): { readonly title: string; readonly body: string } {
  if (news.kind === 'failed') return { title: `${news.label} has failed`, body: news.failure };
  const { ended, failed } = news;
  const jobs = ended === 1 ? '1 job has ended' : `${ended} jobs have ended`;
  return { title: 'The queue is done', body: failed === 0 ? `${jobs}.` : `${jobs}, ${failed} of them with a failure.` };
}
