import type { QueueParts } from './queue-parts';
import type { Steering } from './steering';

const matter = 'battery';

export interface BatteryHoldParts extends Pick<QueueParts, 'list' | 'notices'> {
  readonly steering: Pick<Steering, 'pause' | 'resume'>;
}

/** Holds the queue while the machine lives on its battery: says so, pauses what can be paused, and lets it go on later. */
export class BatteryHold {
  readonly #parts: BatteryHoldParts;
  #isHolding = false;
  /** Jobs that were paused here, and not by the person. */
  #paused: readonly number[] = [];

  constructor(parts: BatteryHoldParts) {
    this.#parts = parts;
  }

  get isHolding(): boolean {
    return this.#isHolding;
  }

  async begin(): Promise<void> {
    if (this.#isHolding) return;
    this.#isHolding = true;
    const { list, notices, steering } = this.#parts;
    notices.post(matter, {
      tone: 'warning',
      title: 'Paused while the machine runs on its battery',
      text: 'Nothing begins, and jobs that work item by item are paused; others go on to their end. Everything continues by itself when the machine is plugged in. To continue now, resume the queue.',
      canDismiss: false,
    });
    this.#paused = list.rows
      .filter(({ state, kind }) => state === 'running' && kind !== 'target')
      .map(({ key }) => key);
    await steering.pause(this.#paused);
  }

  async end(): Promise<void> {
    if (!this.#isHolding) return;
    this.#isHolding = false;
    this.#parts.notices.withdraw(matter);
    const paused = this.#paused;
    this.#paused = [];
    await this.#parts.steering.resume(paused);
  }
}
