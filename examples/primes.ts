import type { AlgorithmProcess } from 'procession';

/** Counts the prime numbers in this process's part of the range. */
export function countPrimes(proc: AlgorithmProcess): number {
  let count = 0;
  for (const n of proc.pRange()) {
    if (isPrime(n)) count++;
  }
  return count;
}

/** Makes one result of the processes' counts. Without it the result would be the list of them. */
countPrimes.combine = (_proc: AlgorithmProcess, counts: readonly number[]): number =>
  counts.reduce((total, count) => total + count, 0);

function isPrime(n: number): boolean {
  if (n < 4) return n > 1;
  if (n % 2 === 0) return false;
  for (let divisor = 3; divisor * divisor <= n; divisor += 2) {
    if (n % divisor === 0) return false;
  }
  return true;
}
