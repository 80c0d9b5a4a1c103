import { dirname, join } from 'node:path';
import type { MeetingFrame } from '../core/meetings/direct-meeting';
import { decodeMeetingFrames, encodeMark, type MeetingId } from '../core/meetings/meeting-frames';
import type { Shelf } from '../core/meetings/shelf';
import type { ControlBlock } from '../core/pool/control-block';
import type { DepartedRank, RunRef, RunRequest, StoredReport, WorkerIdentity } from '../shared/worker-protocol';
import { DirectRun } from './direct-run';
import { Inbox, Outboxes } from './pipes';

/** So many runs may leave frames behind in the inbox before they are taken out. */
const mostUnreadRuns = 4;

/** What a compute thread has for its direct meetings. */
export interface DirectLinkOptions {
  /** The inbox of this worker; those of the others are beside it. */
  readonly inboxPath: string;
  /** Folders for large objects. */
  readonly objectRoots: WorkerIdentity['objectRoots'];
  readonly block: ControlBlock;
  readonly shelf: Shelf;
  /** Handles what the control thread has posted. */
  readonly takeMessages: () => void;
  /** Tells the control thread what was stored. */
  readonly post: (report: StoredReport) => void;
}

/**
 * A compute thread's way to the ranks on other workers: it reads its own inbox, a named pipe, and writes into theirs.
 *
 * Nothing is opened before a rank meets another. What arrives before a run has begun waits in the pipe.
 */
export class DirectLink {
  readonly options: DirectLinkOptions;
  readonly #folder: string;
  readonly #outboxes = new Outboxes();
  #inbox: Inbox | undefined;
  #marks = 0;
  #lastMark = 0;
  /** Runs that have begun since the inbox was empty. */
  #unreadRuns = 0;
  #current: DirectRun | undefined;
  /** Ranks that have left a job which has not begun here. */
  #early: { readonly runId: number; readonly ranks: readonly DepartedRank[] }[] = [];

  constructor(options: DirectLinkOptions) {
    this.options = options;
    this.#folder = dirname(options.inboxPath);
  }

  /** The meetings of a run; undefined when its ranks meet on the server. */
  begin({ run, total, inboxes }: RunRequest): DirectRun | undefined {
    // Of runs before this one nobody speaks any more, nor yet of those after it.
    const early = this.#early.filter(({ runId }) => runId === run.runId);
    this.#early = [];
    if (!inboxes) return undefined;
    const paths = inboxes.map((name) => join(this.#folder, name));
    this.#outboxes.need(new Set(paths));
    this.#current = new DirectRun(run, total, paths, this);
    for (const { ranks } of early) this.#current.departed(ranks);
    this.#tidy(this.#current);
    return this.#current;
  }

  /** Runs whose ranks do not meet read nothing, though others may have written to them. */
  #tidy(current: DirectRun): void {
    this.#unreadRuns += 1;
    if (this.#unreadRuns <= mostUnreadRuns) return;
    try {
      current.readAll();
    } catch {
      // There is no inbox any more: a rank that wants to meet others will be told.
    }
  }

  end(): void {
    this.#current?.end();
    this.#current = undefined;
  }

  /** Ranks of a job have left. */
  departed(run: RunRef, ranks: readonly DepartedRank[]): void {
    if (this.#current?.run.runId === run.runId) this.#current.departed(ranks);
    else this.#early.push({ runId: run.runId, ranks });
  }

  /** Puts a frame into another worker's inbox: see {@link Outboxes.send}. */
  send(path: string, frame: Uint8Array): 'sent' | 'full' | 'gone' {
    return this.#outboxes.send(path, frame);
  }

  /** Sleeps until something arrives. */
  read(id: MeetingId, onFrame: (frame: MeetingFrame) => void): void {
    this.#open().read((bytes) =>
      decodeMeetingFrames(bytes, id, onFrame, (mark) => {
        this.#lastMark = mark;
      }),
    );
  }

  /** Reads everything that has arrived up to now. */
  readAll(id: MeetingId, onFrame: (frame: MeetingFrame) => void): void {
    this.#open();
    this.#marks += 1;
    const mark = encodeMark(this.#marks);
    while (this.#outboxes.send(this.options.inboxPath, mark) === 'full') this.read(id, onFrame);
    while (this.#lastMark !== this.#marks) this.read(id, onFrame);
    this.#unreadRuns = 0;
  }

  #open(): Inbox {
    if (this.#inbox) return this.#inbox;
    try {
      this.#inbox = new Inbox(this.options.inboxPath);
      return this.#inbox;
    } catch (cause) {
      throw new Error(
        `The ranks cannot meet: the pipe ${this.options.inboxPath} cannot be opened. Stop whatever cleans up that folder while the program runs, or give its server the option meetings: 'server'.`,
        { cause },
      );
    }
  }
}
