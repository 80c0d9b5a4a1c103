/** Mean of one call in microseconds, of so many after a tenth as many to warm up. */
function mean(rounds, call) {
  for (let round = 0; round < rounds / 10; round += 1) call(round);
  const began = process.hrtime.bigint();
  for (let round = 0; round < rounds; round += 1) call(round);
  return Number(process.hrtime.bigint() - began) / 1000 / rounds;
}

export const barriers = (proc, rounds) => mean(rounds, () => proc.sync());
export const exchanges = (proc, rounds) =>
  mean(rounds, (round) => proc.shareObject('value', { from: proc.index, round }));
export function arrays(proc, rounds, bytes) {
  const mine = new Uint8Array(bytes);
  return mean(rounds, () => proc.shareObject('array', mine));
}
