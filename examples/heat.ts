import type { AlgorithmProcess } from 'procession';

/**
 * Lets heat spread along an insulated rod whose middle is hot. Each index of the range is a cell of the rod, and in
 * every step each process needs the cells next to its own: `shareObject` sends them and waits for those of the others.
 */
export function spreadHeat(proc: AlgorithmProcess, { steps = 200 }: { steps?: number } = {}): Float64Array {
  const middle = Math.floor(proc.maxVal / 2);
  let cells = Float64Array.from(proc.nRange(), (cell) => (cell === middle ? 1 : 0));
  for (let step = 1; step <= steps; step++) {
    const edges = proc.shareObject('edges', { first: cells[0] ?? 0, last: cells.at(-1) ?? 0 });
    const left = edges.get(proc.index - 1)?.last ?? cells[0] ?? 0;
    const right = edges.get(proc.index + 1)?.first ?? cells.at(-1) ?? 0;
    cells = cells.map((cell, i) => cell + 0.25 * ((cells[i - 1] ?? left) - 2 * cell + (cells[i + 1] ?? right)));
    proc.setProgress(Math.floor((cells.length * step) / steps));
  }
  return cells;
}

/** Joins the processes' parts of the rod, from left to right. */
spreadHeat.combine = (_proc: AlgorithmProcess, parts: readonly Float64Array[]): number[] =>
  parts.flatMap((cells) => [...cells]);
