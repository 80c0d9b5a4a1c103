import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = /** @type {() => void} */ (runInNewContext('gc'));

/** How much memory this process takes up when nothing is under way, and by how much that grows. */
export class MemoryTrend {
  /** @type {{ seconds: number, heapMiB: number, rssMiB: number }[]} */
  #samples = [];

  /** To be called when nothing is under way. */
  sample() {
    collect();
    const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
    const [heapMiB, rssMiB] = [(heapUsed + arrayBuffers) / 2 ** 20, rss / 2 ** 20];
    this.#samples.push({ seconds: performance.now() / 1000, heapMiB, rssMiB });
  }

  /** Growth in MiB a minute, once it had warmed up: over the second half. */
  get slopes() {
    const samples = this.#samples.slice(Math.floor(this.#samples.length / 2));
    return { heapMiB: slope(samples, 'heapMiB'), rssMiB: slope(samples, 'rssMiB') };
  }
}

/**
 * Least squares, per minute.
 *
 * @param {{ seconds: number, heapMiB: number, rssMiB: number }[]} samples
 * @param {'heapMiB' | 'rssMiB'} name
 */
function slope(samples, name) {
  const mean = (/** @type {number[]} */ values) => values.reduce((a, b) => a + b, 0) / values.length;
  const [x, y] = [mean(samples.map((sample) => sample.seconds)), mean(samples.map((sample) => sample[name]))];
  const over = mean(samples.map((sample) => (sample.seconds - x) * (sample[name] - y)));
  return (60 * over) / mean(samples.map((sample) => (sample.seconds - x) ** 2));
}
