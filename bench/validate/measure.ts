import { loadJobFile } from '../../src/jobs/load-job-file';
import { formatProblems } from '../../src/jobs/problem';
import { builtinTargets } from '../../src/workers/targets';

/** Validates a file once, and then some times more; prints how long that took, in milliseconds. */
async function main(file: string): Promise<void> {
  const times: number[] = [];
  const cpuBefore = process.cpuUsage();
  let firstCpu = 0;
  let result = '';
  for (let round = 0; round < 4; round += 1) {
    const start = performance.now();
    const loaded = await loadJobFile(file, builtinTargets);
    if (!loaded.ok) formatProblems(loaded.problems, loaded.text);
    times.push(performance.now() - start);
    // What it costs on a machine that does other things at the same time.
    const { user, system } = process.cpuUsage(cpuBefore);
    if (round === 0) firstCpu = (user + system) / 1000;
    result =
      loaded.ok && loaded.kind === 'jobs'
        ? `${loaded.run.jobs.length} jobs`
        : `${loaded.ok ? 0 : loaded.problems.length} errors`;
  }
  const [first = 0, ...later] = times;
  console.log(JSON.stringify({ first, firstCpu, later: Math.min(...later), result }));
}

void main(process.argv[2] ?? '');
