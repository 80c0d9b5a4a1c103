import { workText } from '../jobs/work-text';
import type { CommandContext } from './command-context';
import { type ExitCode, exitCodes } from './exit-codes';
import { loadJobFiles } from './load-job-files';
import { cleanText, counted } from './text';

/** `procession validate`: says what is wrong, or what would run. Executes nothing and needs no trust. */
export async function validateCommand(files: readonly string[], context: CommandContext): Promise<ExitCode> {
  const loaded = await loadJobFiles(files);
  if (!loaded.ok) {
    context.stderr.write(`${loaded.text}\n`);
    return loaded.onlyTargets ? exitCodes.targetCannotLoad : exitCodes.invalidFile;
  }
  for (const loadedFile of loaded.files) {
    const file = cleanText(loadedFile.file);
    if (loadedFile.kind === 'script') {
      context.stdout.write(`${file}: valid, a script\n`);
      continue;
    }
    const { run } = loadedFile;
    context.stdout.write(`${file}: valid, ${counted(run.jobs.length, 'job')}\n`);
    for (const job of run.jobs) {
      const over = job.items.kind === 'count' ? `a range of ${job.range}` : counted(job.range, 'item');
      context.stdout.write(`  ${cleanText(job.key)}: ${over}, ${cleanText(workText(job))}\n`);
    }
    for (const id of run.disabled) context.stdout.write(`  ${cleanText(id)}: switched off\n`);
  }
  return exitCodes.done;
}
