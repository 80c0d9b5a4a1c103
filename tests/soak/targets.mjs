// What the soak's jobs call: each answer can be told from that of any other job.
export function token(proc, value) {
  let turns = 0;
  for (const i of proc.pRange()) turns += i;
  return `${value}/${proc.index}/${proc.total}/${turns}`;
}
export function meet(proc, value) {
  for (let round = 0; round < 3; round++) {
    for (const [rank, theirs] of proc.shareObject('token', `${value}/${proc.index}/${round}`)) {
      if (theirs !== `${value}/${rank}/${round}`) throw new Error(`mixed: ${theirs}`);
    }
    proc.sync();
  }
  return `${value}/${proc.index}`;
}
export function fail(proc, value, how) {
  if (proc.index !== 0) {
    proc.sync();
    return value;
  }
  if (how === 'throw') throw new RangeError(value);
  if (how === 'exit') process.exit(9);
  if (how === 'abort') process.kill(process.pid, 'SIGABRT');
  for (;;);
}
export const item = (value, { index, args }) => `${args.token}/${index}/${value}`;
/** Gives its part of a large array back, with every number raised by the rank. */
export const raise = (proc, values) => ({ rank: proc.index, values: values.map((value) => value + proc.index) });
/** Raises its part of a shared array. */
export function raiseShared(proc, shared) {
  const mine = shared.read(proc.startVal, proc.endVal);
  shared.write(
    proc.startVal,
    mine.map((value) => value + 1),
  );
  return proc.index;
}
