import { app, type BrowserWindow, Notification, powerSaveBlocker } from 'electron';
import type { JobRow } from '../../shared/ipc';
import type { Settings } from '../../shared/settings';
import { type News, type Work, WorkWatch } from './work-watch';

export interface SignParts {
  readonly window: () => BrowserWindow | null;
  /** Brings the window before the person. */
  readonly show: () => void;
  readonly settings: () => Settings;
}

/** What the desktop shows of the work while the window is elsewhere: progress, a badge, notifications, staying awake. */
export class DesktopSigns {
  readonly #watch = new WorkWatch();
  readonly #parts: SignParts;
  #shown = '';
  #blocker: number | null = null;
  /** Those on the screen: what nobody holds is collected, and its click is lost. */
  readonly #told = new Set<Notification>();

  constructor(parts: SignParts) {
    this.#parts = parts;
  }

  get work(): Work {
    return this.#watch.work;
  }

  /** Takes rows that have changed, and keys of those that are gone. */
  observe(rows: readonly JobRow[], removed: readonly number[] = []): void {
    for (const news of this.#watch.observe(rows, removed)) this.#tell(news);
  }

  /** Makes everything as the work and the settings are now. */
  update(): void {
    const { active, running, share, hasFailed } = this.#watch.work;
    this.#stayAwake(running > 0 && this.#parts.settings().keepAwake);
    // Whole percents: the taskbar shows no more, and each call goes to another process.
    const percent = share === null ? -1 : Math.floor(share * 100);
    const mode = hasFailed ? 'error' : active > 0 && running === 0 ? 'paused' : 'normal';
    const shown = `${percent} ${mode} ${active}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#parts.window()?.setProgressBar(percent < 0 ? -1 : percent / 100, { mode });
    app.setBadgeCount(active);
  }

  #stayAwake(isWanted: boolean): void {
    if (isWanted === (this.#blocker !== null)) return;
    if (this.#blocker !== null) powerSaveBlocker.stop(this.#blocker);
    this.#blocker = isWanted ? powerSaveBlocker.start('prevent-app-suspension') : null;
  }

  #tell(news: News): void {
    const { window, show, settings } = this.#parts;
    if (!settings().notifications || window()?.isFocused() === true || !Notification.isSupported()) return;
    const notification = new Notification(textOf(news));
    this.#told.add(notification);
    const forget = (): void => void this.#told.delete(notification);
    notification.on('click', () => {
      forget();
      show();
    });
    notification.on('close', forget);
    notification.show();
  }
}

function textOf(news: News): { readonly title: string; readonly body: string } {
  if (news.kind === 'failed') return { title: `${news.label} has failed`, body: news.failure };
  const { ended, failed } = news;
  const jobs = ended === 1 ? '1 job has ended' : `${ended} jobs have ended`;
  return { title: 'The queue is done', body: failed === 0 ? `${jobs}.` : `${jobs}, ${failed} of them with a failure.` };
}
