import type { RankInfo } from '../../shared/engine-info';
import { MapRank } from './map-rank';

/** The ranks of a map job, of which there may come to be more. */
export class MapRanks {
  readonly #all: MapRank[] = [];

  constructor(total: number) {
    this.grow(total);
  }

  get total(): number {
    return this.#all.length;
  }

  get counts(): number[] {
    return this.#all.map((rank) => rank.count);
  }

  get infos(): RankInfo[] {
    return this.#all.map((rank) => rank.info);
  }

  get all(): readonly MapRank[] {
    return this.#all;
  }

  get active(): MapRank[] {
    return this.#all.filter((rank) => rank.state === 'running');
  }

  get idle(): MapRank[] {
    return this.#all.filter((rank) => rank.state !== 'running');
  }

  get isAnyActive(): boolean {
    return this.#all.some((rank) => rank.state === 'running');
  }

  /** @throws RangeError when there is no such rank */
  at(index: number): MapRank {
    const rank = this.#all[index];
    if (!rank) throw new RangeError(`This job has ${this.total} ranks; there is no rank ${index}.`);
    return rank;
  }

  grow(total: number): void {
    while (this.#all.length < total) this.#all.push(new MapRank(this.#all.length));
  }

  /** None of them works any more, or ever will. */
  end(state: 'done' | 'cancelled'): void {
    for (const rank of this.#all) if (rank.state === 'waiting' || rank.state === 'running') rank.state = state;
  }
}
