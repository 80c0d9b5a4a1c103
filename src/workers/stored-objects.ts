import type { Shelf } from '../core/meetings/shelf';
import type { RunRef, SharedObject, StoredObject, StoredReport } from '../shared/worker-protocol';

/**
 * What a run has stored in direct exchanges and the server has to hear of: the latest object of each name. It is laid
 * on the shelf, where the control thread finds it; what is too much for that is posted at once.
 */
export class StoredObjects {
  readonly #run: RunRef;
  readonly #shelf: Shelf;
  readonly #post: (report: StoredReport) => void;
  /** What is on the shelf, unless it was taken. */
  readonly #laid = new Map<string, StoredObject>();
  /** By name: versions that are files, and the last one that was exchanged. */
  readonly #files = new Map<string, number[]>();
  readonly #exchanged = new Map<string, number>();
  #isUsed = false;

  constructor(run: RunRef, shelf: Shelf, post: (report: StoredReport) => void) {
    this.#run = run;
    this.#shelf = shelf;
    this.#post = post;
    shelf.put(run.runId, []);
  }

  add(name: string, object: SharedObject): void {
    this.#isUsed = true;
    if (this.#shelf.isEmpty) this.#laid.clear();
    const obsolete = [...(this.#laid.get(name)?.obsolete ?? []), ...this.#takeObsolete(name)];
    if (object.payload === null) this.#files.set(name, [...(this.#files.get(name) ?? []), object.version]);
    this.#laid.set(name, { name, object, obsolete });
    if (this.#shelf.put(this.#run.runId, [...this.#laid.values()])) return;
    this.#postAll();
  }

  /** All ranks have come to the exchange of an object: they have read what this rank had given them before. */
  exchanged(name: string, version: number): void {
    this.#exchanged.set(name, version);
  }

  /** Lets the server know before it hears what is said next. */
  flush(): void {
    if (!this.#shelf.isEmpty) this.#postAll();
  }

  /** Lets the server know before it hears of the run's end. */
  end(): void {
    if (!this.#isUsed) return;
    // Sent even when there is nothing in it: as a note it makes the end wait for what the control thread found before.
    if (this.#shelf.isEmpty) this.#laid.clear();
    this.#postAll();
  }

  #postAll(): void {
    this.#post({ type: 'stored', run: this.#run, objects: [...this.#laid.values()], isNote: true });
    this.#laid.clear();
    this.#shelf.put(this.#run.runId, []);
  }

  /** Files of a name that nobody needs once the server knows a later object. */
  #takeObsolete(name: string): number[] {
    const files = this.#files.get(name);
    if (!files) return [];
    const exchanged = this.#exchanged.get(name) ?? 0;
    this.#files.set(
      name,
      files.filter((version) => version >= exchanged),
    );
    return files.filter((version) => version < exchanged);
  }
}
