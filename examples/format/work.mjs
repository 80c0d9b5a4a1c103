// The functions that the job files of this folder run.
import { readFile } from 'node:fs/promises';

/** For map: the number of words in a text file. */
export async function countWords(path, { log }) {
  const text = await readFile(path, 'utf8');
  log(`reading ${path}`);
  return { path, words: text.split(/\s+/).filter(Boolean).length };
}

/** For map: greets whoever a row of the table, or a line of the list, is about. */
export function greet(item, { args }) {
  const name = typeof item === 'string' ? item : item.name;
  return `${args.greeting ?? 'Hello'}, ${name}!`;
}

/** For map: fails at every third item, as a network does. */
export function flaky(item) {
  if (Math.random() < 0.33) throw new Error(`item ${item} did not come through`);
  return item * item;
}

/** For target: work that grows with the index, so that equal parts take unequal times. */
export function triangle(proc) {
  let steps = 0;
  for (const index of proc.pRange()) for (let step = 0; step < index; step += 1) steps += 1;
  return steps;
}

triangle.combine = (_proc, steps) => steps.reduce((total, part) => total + part, 0);

/** For target: what the settings of its job have come to. */
export function settings(proc, { items = [] }) {
  return { rank: proc.index, items, mode: process.env.MODE, hasKey: process.env.API_KEY !== undefined };
}
