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
  for (const { file, jobs } of loaded.files) {
    context.stdout.write(`${cleanText(file)}: valid, ${counted(jobs.length, 'job')}\n`);
    for (const { id, items, range, target } of jobs) {
      context.stdout.write(
        `  ${cleanText(id)}: ${items ? counted(range, 'item') : `a range of ${range}`}, ${cleanText(target)}\n`,
      );
    }
  }
  return exitCodes.done;
}
