import type { PlannedJob } from './plan';

/** What a job runs, for people: its target, or its command. */
export function workText(job: PlannedJob): string {
  return job.kind === 'run' ? commandText(job.argv) : job.target;
}

/** A command as one would type it; only to be shown, it never goes to a shell. */
export function commandText(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w./:=@%+,{}-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}
