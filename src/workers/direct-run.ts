import { toErrorInfo } from '../core/error-info';
import { JobEndedError } from '../core/errors';
import { DirectMeeting, type MeetingFrame, type MeetingOutcome } from '../core/meetings/direct-meeting';
import { LatestObjects } from '../core/meetings/latest-objects';
import { encodeMeetingFrame, fitsFrame, frameName } from '../core/meetings/meeting-frames';
import { ObjectFiles } from '../core/meetings/object-files';
import type { CallReply, DepartedRank, RunRef, SharedObject } from '../shared/worker-protocol';
import type { DirectLink } from './direct-link';
import { StoredObjects } from './stored-objects';

/** First and longest pause before writing again into an inbox that is full, in milliseconds. */
const firstPauseMs = 1;
const longestPauseMs = 50;

/** The direct meetings of one run: carries out what its {@link DirectMeeting} decides. */
export class DirectRun {
  readonly run: RunRef;
  readonly #total: number;
  /** The inboxes of all ranks. */
  readonly #paths: readonly string[];
  readonly #link: DirectLink;
  readonly #meeting: DirectMeeting;
  readonly #files: ObjectFiles;
  readonly #stored: StoredObjects;
  /** What the others have given, by name as frames carry it. */
  readonly #latest = new LatestObjects();
  /** Ranks that have left, to be told to the meeting once all that they have sent is read. */
  #leaving: DepartedRank[] = [];
  /** Number of wakes that were seen to; undefined: none, and some may have come before the run began. */
  #seen: number | undefined;
  #version = 0;
  #isOver = false;

  constructor(run: RunRef, total: number, paths: readonly string[], link: DirectLink) {
    const { objectRoots, post, shelf } = link.options;
    this.run = run;
    this.#total = total;
    this.#paths = paths;
    this.#link = link;
    this.#meeting = new DirectMeeting(run.rank, total);
    this.#files = new ObjectFiles(() => objectRoots);
    this.#stored = new StoredObjects(run, shelf, post);
  }

  /**
   * Meets all other ranks: `sync()`, or with a name the exchange of an object.
   *
   * @returns their objects, or why there is no meeting; undefined when the run is cancelled meanwhile
   */
  meet(name?: string, payload?: Uint8Array): CallReply | undefined {
    if (this.#isOver) throw new JobEndedError('The job has ended. What a target leaves behind cannot use its proc.');
    this.#look();
    const object = name === undefined || payload === undefined ? undefined : this.#newObject(name, payload);
    const frame = this.#meeting.enter(name === undefined ? undefined : frameName(name), object);
    if (frame && !this.#tellOthers(frame)) return undefined;
    if (name !== undefined && object) this.#stored.add(name, object);
    for (;;) {
      const outcome = this.#meeting.settle();
      if (outcome) {
        if (outcome.kind === 'met' && name !== undefined && object) this.#stored.exchanged(name, object.version);
        return this.#replyOf(outcome);
      }
      if (this.#isCancelled) return undefined;
      this.#wait();
    }
  }

  /** Number of an object that is stored without an exchange, which the server is asked to do. */
  nextVersion(): number {
    this.#version += 1;
    return this.#version;
  }

  /** What the server knows of a name, and what has come here directly: of each rank the later object. */
  merge(name: string, reply: CallReply & { readonly ok: true }): CallReply & { readonly ok: true } {
    this.readAll();
    const objects = new LatestObjects();
    for (const [rank, object] of reply.entries) objects.store('', rank, object);
    for (const [rank, object] of this.#latest.others(frameName(name), this.run.rank)) objects.store('', rank, object);
    return { ok: true, entries: this.#loaded(objects.others('', this.run.rank)) };
  }

  /** Ranks have left. */
  departed(ranks: readonly DepartedRank[]): void {
    this.#leaving.push(...ranks);
  }

  /** Takes everything out of the inbox that is there. */
  readAll(): void {
    this.#link.readAll(this.run, (frame) => this.#receive(frame));
  }

  /** Lets the server know what was stored, before it hears what this rank says next. */
  flush(): void {
    this.#stored.flush();
  }

  end(): void {
    this.#isOver = true;
    this.#stored.end();
  }

  get #isCancelled(): boolean {
    return this.#link.options.block.isCancelled(this.run.runId);
  }

  #wait(): void {
    const { block } = this.#link.options;
    // Whoever has something to say first says so in the block, then wakes a reader: so nothing is missed here.
    block.setReading(true);
    try {
      if (block.replies === this.#seen) this.#link.read(this.run, (frame) => this.#receive(frame));
    } finally {
      block.setReading(false);
    }
    this.#look();
  }

  /** Sees to what the control thread has said. */
  #look(): void {
    const { block, takeMessages } = this.#link.options;
    if (block.replies !== this.#seen) {
      this.#seen = block.replies;
      takeMessages();
    }
    if (this.#leaving.length === 0) return;
    const leaving = this.#leaving.splice(0);
    this.readAll();
    for (const [rank, departure] of leaving) this.#meeting.depart(rank, departure);
  }

  #receive(frame: MeetingFrame): void {
    this.#meeting.receive(frame);
    if (frame.kind === 'arrive' && frame.name !== undefined && frame.object)
      this.#latest.store(frame.name, frame.from, frame.object);
  }

  /** Returns false when the run is cancelled meanwhile. */
  #tellOthers(frame: MeetingFrame): boolean {
    const { block } = this.#link.options;
    const bytes = encodeMeetingFrame(this.run, frame);
    for (const [rank, path] of this.#paths.entries()) {
      let pauseMs = firstPauseMs;
      while (this.#meeting.isPresent(rank) && this.#link.send(path, bytes) === 'full') {
        // It has not read for long, which it does when it meets others or ends. Others may wait like this for us.
        if (this.#isCancelled) return false;
        block.waitForReply(this.#seen ?? block.replies, pauseMs);
        pauseMs = Math.min(2 * pauseMs, longestPauseMs);
        this.#look();
        this.readAll();
      }
    }
    return true;
  }

  #newObject(name: string, payload: Uint8Array): SharedObject {
    const version = this.nextVersion();
    if (fitsFrame(frameName(name), payload, this.#total)) return { version, payload };
    this.#files.write(this.run, this.run.rank, version, payload);
    return { version, payload: null };
  }

  #replyOf(outcome: MeetingOutcome): CallReply | undefined {
    if (outcome.kind === 'met') return { ok: true, entries: this.#loaded(outcome.objects) };
    if (outcome.frame && !this.#tellOthers(outcome.frame)) return undefined;
    return { ok: false, error: toErrorInfo(outcome.error) };
  }

  #loaded(objects: readonly (readonly [rank: number, object: SharedObject])[]): [number, SharedObject][] {
    return objects.map(([rank, object]) => [
      rank,
      object.payload ? object : { ...object, payload: this.#files.read(this.run, rank, object) },
    ]);
  }
}
