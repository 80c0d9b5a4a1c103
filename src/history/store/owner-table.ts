import type { Database } from '../database';
import { judge, type ProcessIdentity, type ProcessProbe, probeProcess } from '../process-identity';

/** An owner that cannot be seen counts as gone when its heart has not beaten for so long, in milliseconds. */
const silenceMs = 15_000;

interface OwnerRow extends ProcessIdentity {
  readonly id: string;
  readonly kind: string;
  readonly beats: number;
}

/** Who opens a history. */
export interface Owner {
  /** Random; names this opening. */
  readonly id: string;
  /** `window`, `cli`, …: what people are told. */
  readonly kind: string;
  readonly identity: ProcessIdentity;
}

/**
 * The processes that have this history open and run something. Whether one still lives is asked of the system; where
 * the system cannot say (another platform, a container), it lives as long as it counts up its `beats`. They are watched
 * on this process's own steady clock, so a wrong or changed time of day ends nobody.
 */
export class OwnerTable {
  readonly #self: Owner;
  readonly #probe: ProcessProbe;
  readonly #seen = new Map<string, { beats: number; at: number }>();
  readonly #insert;
  readonly #beat;
  readonly #delete;
  readonly #all;

  constructor(database: Database, self: Owner, probe: ProcessProbe = probeProcess) {
    this.#self = self;
    this.#probe = probe;
    this.#insert = database.prepare<never>(
      'INSERT INTO owners (id, kind, pid, host, boot, space, started, beats) VALUES (?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING',
    );
    this.#beat = database.prepare<never>('UPDATE owners SET beats = beats + 1 WHERE id = ?');
    this.#delete = database.prepare<never>('DELETE FROM owners WHERE id = ?');
    this.#all = database.prepare<OwnerRow>('SELECT id, kind, pid, host, boot, space, started, beats FROM owners');
  }

  get self(): string {
    return this.#self.id;
  }

  /** Makes sure that this process is known, before it owns something. */
  enter(): void {
    const { id, kind, identity } = this.#self;
    this.#insert.run(id, kind, identity.pid, identity.host, identity.boot, identity.space, identity.started);
  }

  beat(): void {
    this.#beat.run(this.#self.id);
  }

  remove(id: string): void {
    this.#delete.run(id);
    this.#seen.delete(id);
  }

  /** Owners that are gone. */
  dead(steadyNow: number): string[] {
    return this.#all
      .all()
      .filter((row) => row.id !== this.#self.id && this.#isDead(row, steadyNow))
      .map(({ id }) => id);
  }

  #isDead(row: OwnerRow, steadyNow: number): boolean {
    const liveness = judge(row, this.#self.identity, this.#probe);
    if (liveness !== 'unknown') return liveness === 'dead';
    const seen = this.#seen.get(row.id);
    if (seen?.beats === row.beats) return steadyNow - seen.at >= silenceMs;
    this.#seen.set(row.id, { beats: row.beats, at: steadyNow });
    return false;
  }
}
