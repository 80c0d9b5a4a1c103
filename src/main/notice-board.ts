import type { Notice } from '../shared/ipc-queue';

/** What a person has to know, one notice for each matter. */
export class NoticeBoard {
  readonly #notices = new Map<string, Notice>();
  readonly #onChange: () => void;
  #nextId = 1;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get all(): readonly Notice[] {
    return [...this.#notices.values()];
  }

  /** Says something about a matter, in place of what was said about it before. */
  post(matter: string, notice: Omit<Notice, 'id'>): void {
    this.#notices.set(matter, { ...notice, id: this.#nextId++ });
    this.#onChange();
  }

  /** The matter is settled. */
  withdraw(matter: string): void {
    if (this.#notices.delete(matter)) this.#onChange();
  }

  /** The person has seen a notice and puts it away; returns what it was about. */
  dismiss(id: number): string | undefined {
    for (const [matter, notice] of this.#notices) {
      if (notice.id !== id || !notice.canDismiss) continue;
      this.withdraw(matter);
      return matter;
    }
    return undefined;
  }
}
