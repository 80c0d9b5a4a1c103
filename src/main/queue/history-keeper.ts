import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toErrorInfo } from '../../core/error-info';
import { History, type HistoryEvent, type Notice as HistoryNotice } from '../../history';
import type { NoticeBoard } from '../notice-board';

const matters = { open: 'history', file: 'history-file', disk: 'history-disk' } as const;

/** The history, opened for the window, and what a person has to be told about it. */
export class HistoryKeeper {
  readonly history: Promise<History>;
  readonly #notices: NoticeBoard;
  /** Where it is while the real one cannot be opened. */
  #temporary: string | undefined;

  /**
   * Opens the history. Where it cannot be opened the window says so and goes on with one in a temporary folder.
   *
   * @param begin when it may do so
   */
  constructor(notices: NoticeBoard, begin: Promise<void>) {
    this.#notices = notices;
    this.history = begin.then(() => this.#open());
    // Whoever needs it hears of it; nobody may need it.
    this.history.catch(() => undefined);
  }

  /** What is recorded now is gone with the end of the app. */
  get isTemporary(): boolean {
    return this.#temporary !== undefined;
  }

  /** Writes what is left and closes it. */
  async close(): Promise<void> {
    const history = await this.history.catch(() => undefined);
    await history?.close();
    if (this.#temporary !== undefined) await rm(this.#temporary, { recursive: true, force: true });
  }

  /** The person has seen a notice about the history. */
  async dismissed(matter: string): Promise<void> {
    if (matter === matters.file) await (await this.history).dismissNotice();
  }

  async #open(): Promise<History> {
    let history: History;
    try {
      history = await History.open({ kind: 'window' });
    } catch (error) {
      history = await this.#openTemporary(error);
    }
    for (const notice of history.notices) this.#tell(notice);
    history.onEvent((event) => this.#tell(event));
    return history;
  }

  async #openTemporary(reason: unknown): Promise<History> {
    const { message } = toErrorInfo(reason);
    try {
      const folder = await mkdtemp(join(tmpdir(), 'procession-history-'));
      const history = await History.open({ kind: 'window', folder });
      this.#temporary = folder;
      this.#notices.post(matters.open, {
        tone: 'warning',
        title: 'The history cannot be opened',
        text: `${message} Earlier runs are not shown, and what runs now is kept only until Procession ends. Put it right, then start Procession again.`,
        canDismiss: true,
      });
      return history;
    } catch (error) {
      this.#notices.post(matters.open, {
        tone: 'error',
        title: 'Nothing can be run',
        text: `${message} Nor can anything be kept in the temporary folder ${tmpdir()}: ${toErrorInfo(error).message} Make room there, then start Procession again.`,
        canDismiss: false,
      });
      throw error;
    }
  }

  #tell(event: HistoryEvent | HistoryNotice): void {
    switch (event.type) {
      case 'set-aside': {
        const { reason, movedTo, salvagedRuns, isComplete } = event;
        const kept = `${salvagedRuns} ${salvagedRuns === 1 ? 'run' : 'runs'} could be taken over${isComplete ? '' : ', not all of them whole'}.`;
        this.#notices.post(matters.file, {
          tone: 'warning',
          title: 'The history was set aside',
          text: `${reason} It is kept as ${movedTo}. ${kept}`,
          canDismiss: true,
        });
        return;
      }
      case 'stalled':
        this.#notices.post(matters.disk, {
          tone: 'error',
          title: 'Nothing can be recorded now',
          text: `${event.reason} Nothing further begins until it can be; what is done meanwhile is kept in memory.`,
          canDismiss: false,
        });
        return;
      case 'resumed':
        this.#notices.withdraw(matters.disk);
        return;
      case 'damaged':
        this.#notices.post(matters.disk, {
          tone: 'error',
          title: 'The history is damaged',
          text: `${event.reason} Nothing further is recorded or begun. Start Procession again: the file is kept aside then, and what can be read is taken over.`,
          canDismiss: false,
        });
        return;
      case 'changed':
      case 'lost':
      case 'request':
      case 'interrupted':
    }
  }
}
