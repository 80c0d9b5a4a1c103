import { powerMonitor } from 'electron';
import { readBattery } from './battery';

/** The files of Linux about power tell of no change: they are read again so often, in milliseconds. */
const lookMs = 10_000;

/**
 * Tells when the machine goes from the mains to its battery and back, while somebody wants to know. Windows and macOS say
 * so by themselves; on Linux, where Electron does not know, the system's files are read.
 */
export class PowerWatch {
  readonly #onChange: (isOnBattery: boolean) => void;
  #isOnBattery = false;
  #timer: NodeJS.Timeout | null = null;
  #isFollowing = false;

  constructor(onChange: (isOnBattery: boolean) => void) {
    this.#onChange = onChange;
  }

  /** Follows from now on, or not any more; then the machine counts as fed. */
  follow(isWanted: boolean): void {
    if (isWanted === this.#isFollowing) return;
    this.#isFollowing = isWanted;
    if (isWanted) {
      powerMonitor.on('on-battery', this.#onBattery);
      powerMonitor.on('on-ac', this.#onMains);
      if (process.platform === 'linux') this.#timer = setInterval(this.#look, lookMs).unref();
      this.#look();
      return;
    }
    powerMonitor.off('on-battery', this.#onBattery);
    powerMonitor.off('on-ac', this.#onMains);
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#take(false);
  }

  readonly #onBattery = (): void => this.#take(true);
  readonly #onMains = (): void => this.#take(false);

  readonly #look = (): void => {
    const isOnBattery = process.platform === 'linux' ? readBattery() : powerMonitor.isOnBatteryPower();
    if (isOnBattery !== null) this.#take(isOnBattery);
  };

  #take(isOnBattery: boolean): void {
    if (isOnBattery === this.#isOnBattery) return;
    this.#isOnBattery = isOnBattery;
    this.#onChange(isOnBattery);
  }
}
