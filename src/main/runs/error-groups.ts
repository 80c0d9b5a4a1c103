import type { ErrorInfo } from '../../shared/engine-info';
import { signatureOf } from '../../shared/error-signature';
import type { ErrorGroup, RunErrors } from '../../shared/items';

/** Most kinds of errors that are told apart, and most items and messages that are told of each. */
const mostGroups = 200;
const mostItems = 1000;
const mostMessages = 50;

interface Group {
  readonly signature: string;
  readonly error: ErrorInfo;
  readonly ranks: Set<number>;
  readonly items: number[];
  readonly messages: Set<string>;
  count: number;
}

/** Where an error happened: at a rank, at an item, or, when neither is said, in the job as a whole. */
export interface ErrorPlace {
  readonly rank: number | null;
  readonly item?: number;
  /** The item as its message may name it. */
  readonly itemName?: string;
}

/** Errors of a run by what went wrong where, in the order of the first of each kind; in bounded memory. */
export class ErrorGroups {
  readonly #groups = new Map<string, Group>();
  #more = 0;

  add(error: ErrorInfo, { rank, item, itemName = '' }: ErrorPlace): void {
    const signature = signatureOf(error, itemName);
    let group = this.#groups.get(signature);
    if (group === undefined) {
      if (this.#groups.size >= mostGroups) {
        this.#more += 1;
        return;
      }
      group = { signature, error, ranks: new Set(), items: [], messages: new Set(), count: 0 };
      this.#groups.set(signature, group);
    }
    group.count += 1;
    if (rank !== null) group.ranks.add(rank);
    if (item !== undefined && group.items.length < mostItems) group.items.push(item);
    if (error.message !== group.error.message && group.messages.size < mostMessages) group.messages.add(error.message);
  }

  get all(): RunErrors {
    const groups = [...this.#groups.values()].map(
      ({ ranks, items, messages, ...group }): ErrorGroup => ({
        ...group,
        ranks: [...ranks].sort((a, b) => a - b),
        items: [...items].sort((a, b) => a - b),
        messages: [...messages],
      }),
    );
    return { groups, more: this.#more };
  }
}
