import type { DepartedRank, StoredObject } from '../../shared/worker-protocol';
import { startTimer } from '../timers';
import type { MeetingId } from './meeting-frames';
import type { ObjectFiles } from './object-files';

/** Ranks that return are reported together, this many milliseconds after the first: most end soon after each other. */
const reportReturnedMs = 10;
/** With more ranks than this each would have to tell too many others: they meet on the server. */
export const mostDirectRanks = 64;

/** What the server does for one attempt of a job whose ranks meet directly: tells who has left, and removes files. */
export class DirectJob {
  /** By rank, names of the inboxes. */
  readonly inboxes: readonly string[];
  readonly #id: MeetingId;
  readonly #files: ObjectFiles;
  readonly #tell: (ranks: readonly DepartedRank[]) => void;
  #untold: DepartedRank[] = [];
  #timer: NodeJS.Timeout | undefined;
  #hasFiles = false;

  /** @param tell tells all ranks that run */
  constructor(
    id: MeetingId,
    inboxes: readonly string[],
    files: ObjectFiles,
    tell: (ranks: readonly DepartedRank[]) => void,
  ) {
    this.#id = id;
    this.inboxes = inboxes;
    this.#files = files;
    this.#tell = tell;
  }

  departed(...departed: DepartedRank): void {
    this.#untold.push(departed);
    if (departed[1].kind !== 'returned') this.#report();
    else this.#timer ??= startTimer(reportReturnedMs, () => this.#report());
  }

  /** A rank has stored objects; those that they replace are not needed any more. */
  stored(rank: number, objects: readonly StoredObject[]): void {
    for (const { object, obsolete } of objects) {
      if (object.payload === null) this.#hasFiles = true;
      this.#files.remove(this.#id, rank, obsolete);
    }
  }

  /** @param isClean every rank has returned, and so has said what it stored */
  end(isClean: boolean): void {
    clearTimeout(this.#timer);
    if (this.#hasFiles || !isClean) this.#files.removeAll(this.#id);
  }

  #report(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#tell(this.#untold.splice(0));
  }
}
