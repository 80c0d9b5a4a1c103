/** Which rows of a list have changed, and which have gone, since somebody last asked. */
export class ChangedRows {
  readonly #changed = new Set<number>();
  readonly #removed = new Set<number>();

  get isEmpty(): boolean {
    return this.#changed.size === 0 && this.#removed.size === 0;
  }

  changed(key: number): void {
    this.#changed.add(key);
  }

  removed(key: number): void {
    this.#changed.delete(key);
    this.#removed.add(key);
  }

  /** Whoever asks has it as it is. */
  told(key: number): void {
    this.#changed.delete(key);
  }

  /** At most so many rows that have changed, and so many that have gone; they are forgotten. */
  take<Row>(
    limit: number,
    toRow: (key: number) => Row | undefined,
  ): { readonly rows: Row[]; readonly removed: number[] } {
    const rows = takeFrom(this.#changed, limit).flatMap((key) => toRow(key) ?? []);
    return { rows, removed: takeFrom(this.#removed, limit) };
  }
}

function takeFrom(keys: Set<number>, limit: number): number[] {
  const taken: number[] = [];
  for (const key of keys) {
    if (taken.length === limit) break;
    keys.delete(key);
    taken.push(key);
  }
  return taken;
}
