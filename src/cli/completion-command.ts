import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { History } from '../history';
import { dataFolder } from '../history/data-folder';
import { argumentsOf } from '../jobs/job-args';
import { readJobFile } from '../jobs/load-job-file';
import { builtinTargets } from '../workers/targets';
import type { CommandContext } from './command-context';
import { type Candidate, type Completion, type CompletionSources, complete } from './completion';
import { completionScripts, filesDirective, type Shell } from './completion-scripts';
import { type ExitCode, exitCodes } from './exit-codes';
import { cleanText } from './text';
import { clockText } from './time-text';

/** So many runs are offered. */
const offeredRuns = 50;

/** `procession completion`: the script that a shell reads once. */
export function completionCommand(shell: Shell, { stdout }: CommandContext): ExitCode {
  stdout.write(completionScripts[shell]);
  return exitCodes.done;
}

/** What the script of a shell asks for at each press of the key. It runs nothing, and makes no history. */
export async function completeCommand(
  shell: Shell,
  words: readonly string[],
  program: Command,
  { stdout }: CommandContext,
): Promise<ExitCode> {
  const completion = await complete(program, words, sources);
  stdout.write(linesOf(completion, words.at(-1) ?? '', shell === 'bash').join(''));
  return exitCodes.done;
}

function linesOf(completion: Completion, current: string, isPlain: boolean): string[] {
  if (completion.kind === 'files') return [`${filesDirective}${completion.endings.join(' ')}\n`];
  // bash shows no descriptions, and tells apart what fits by itself.
  return completion.candidates
    .filter(({ word }) => isPlain || word.startsWith(current))
    .map(({ word, about }) => (about === '' || isPlain ? `${word}\n` : `${word}\t${cleanText(about)}\n`));
}

const sources: CompletionSources = {
  runs: async () => {
    if (!existsSync(join(dataFolder(), 'procession.db'))) return [];
    const history = await History.open({ kind: 'cli' });
    try {
      const { rows } = await history.list({ limit: offeredRuns });
      const now = Date.now();
      return rows.map(
        ({ id, state, name, createdAt }): Candidate => ({
          word: String(id),
          about: `${name}, ${state}, ${clockText(createdAt, now)}`,
        }),
      );
    } finally {
      await history.close();
    }
  },
  targets: () => [...builtinTargets.values()].map(({ name, title }) => ({ word: name, about: title })),
  args: async (files) => {
    const read = await Promise.all(files.map((file) => readJobFile(file, builtinTargets)));
    const parsed = read.flatMap((file) => ('jobFile' in file ? [file.jobFile] : []));
    return argumentsOf(parsed, builtinTargets).map((name) => ({ word: `${name}=`, about: '' }));
  },
};
