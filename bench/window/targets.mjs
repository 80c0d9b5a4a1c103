/** Waits without work, as long as a rank may. */
const nap = (ms) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** A long range, of which about ten million indices are done in a second while the processors stay free for others. */
export function long(proc) {
  for (const index of proc.pRange()) if (index % 50_000 === 0) nap(10);
  return proc.endVal - proc.startVal;
}

/** A job that is soon over. */
export function brief(proc, { ms }) {
  for (const index of proc.pRange()) if (index >= 0) nap(ms);
}

/** Fails at its last item, after it could be seen at work. */
export function fails(proc) {
  nap(500);
  for (const index of proc.pRange()) if (index === 3) throw new Error('the last one');
}

/** One item of a job that can be paused. */
export function item(_index, { args }) {
  nap(args.ms);
}

/** Prints lines for some seconds, `perSecond` of them in each if it can; returns how many. */
export function flood(proc, { seconds, perSecond }) {
  const began = Date.now();
  let lines = 0;
  for (;;) {
    const elapsed = Date.now() - began;
    if (elapsed >= seconds * 1000) return lines;
    const due = (elapsed / 1000) * perSecond;
    for (const end = Math.min(lines + 1000, due); lines < end; lines += 1)
      console.log(`line ${lines} of a flood that nobody can read`);
    if (lines >= due) nap(1);
  }
}

/** Says how far it is a million times. */
export function restless(proc) {
  const { length } = [...proc.nRange()];
  for (let count = 0; count < 1_000_000; count += 1) proc.setProgress(Math.floor((count / 1_000_000) * length));
}
