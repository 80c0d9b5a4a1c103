import type { Command, Option } from 'commander';

/** One word that may stand at a place. */
export interface Candidate {
  readonly word: string;
  /** What it is; empty when that needs no words. */
  readonly about: string;
}

/** What may stand at a place of a command line. */
export type Completion =
  | { readonly kind: 'words'; readonly candidates: readonly Candidate[] }
  /** Files with these endings, without the dot. */
  | { readonly kind: 'files'; readonly endings: readonly string[] };

/** Looked up only when it is asked for: all of it takes time. */
export interface CompletionSources {
  /** Runs of the history, the newest first. */
  runs(): Promise<readonly Candidate[]>;
  /** Names of built-in targets. */
  targets(): readonly Candidate[];
  /** Arguments of the jobs of these files. */
  args(files: readonly string[]): Promise<readonly Candidate[]>;
}

export const jobFileEndings = ['yaml', 'yml', 'json'] as const;
const scriptEndings = ['mjs', 'ts', 'mts'] as const;

const nothing: Completion = { kind: 'words', candidates: [] };

/**
 * What may stand at the end of a command line, by the commands and options that there are.
 *
 * @param words what is written after the program's name; the last one is being written, and may be empty
 */
export async function complete(
  program: Command,
  words: readonly string[],
  sources: CompletionSources,
): Promise<Completion> {
  const [name, ...rest] = joinEquals(words);
  const current = rest.at(-1);
  if (name === undefined || current === undefined) return commandsOf(program);
  const command = program.commands.find((known) => known.name() === name && !isHidden(known));
  if (!command) return nothing;
  const before = rest.slice(0, -1);
  const inline = /^(--[\w-]+)=/.exec(current)?.[1];
  const valued = inline ?? before.at(-1);
  const option = command.options.find((known) => known.long === valued && known.required);
  if (option && !before.includes('--')) {
    const found = await valueOf(option, before, command, sources);
    return inline === undefined ? found : withPrefix(found, `${inline}=`);
  }
  if (current.startsWith('-') && !before.includes('--')) return optionsOf(command, before);
  return await argumentOf(command, before, sources);
}

function commandsOf(program: Command): Completion {
  return words([
    ...program.commands
      .filter((command) => !isHidden(command))
      .map((command) => ({ word: command.name(), about: command.description() })),
    { word: '--help', about: 'print this help' },
    { word: '--version', about: 'print the version' },
  ]);
}

function optionsOf(command: Command, before: readonly string[]): Completion {
  const free = command.options.filter(
    (option) => !option.hidden && option.long && (isRepeatable(option) || !before.includes(option.long)),
  );
  return words([
    ...free.map(({ long = '', description }) => ({ word: long, about: description })),
    { word: '--help', about: 'print this help' },
  ]);
}

async function valueOf(
  option: Option,
  before: readonly string[],
  command: Command,
  sources: CompletionSources,
): Promise<Completion> {
  if (option.argChoices) return words(option.argChoices.map((word) => ({ word, about: '' })));
  switch (option.long) {
    case '--arg':
      return words(await sources.args(argumentsIn(command, before)));
    case '--file':
      return { kind: 'files', endings: [...jobFileEndings, ...scriptEndings] };
    default:
      return nothing;
  }
}

async function argumentOf(
  command: Command,
  before: readonly string[],
  sources: CompletionSources,
): Promise<Completion> {
  const given = argumentsIn(command, before).length;
  const argument = command.registeredArguments[given] ?? command.registeredArguments.at(-1);
  if (!argument || (given > 0 && !argument.variadic)) return nothing;
  if (argument.argChoices) return words(argument.argChoices.map((word) => ({ word, about: '' })));
  switch (argument.name()) {
    case 'file':
      return { kind: 'files', endings: [...jobFileEndings, ...scriptEndings] };
    case 'run':
      return words(await sources.runs());
    case 'name':
      return words(sources.targets());
    default:
      return nothing;
  }
}

/** What of the words is neither an option nor the value of one. */
function argumentsIn(command: Command, before: readonly string[]): string[] {
  return before.filter((word, place) => {
    if (word.startsWith('-')) return false;
    const previous = before[place - 1];
    return !command.options.some((option) => option.required && option.long === previous);
  });
}

/** bash gives `--state=done` as three words. */
function joinEquals(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (const word of words) {
    const isSplit = word === '=' && joined.at(-1)?.startsWith('--');
    if (!isSplit) joined.push(word);
  }
  return joined;
}

function withPrefix(completion: Completion, prefix: string): Completion {
  if (completion.kind === 'files') return completion;
  return words(completion.candidates.map(({ word, about }) => ({ word: prefix + word, about })));
}

/** One that may be given several times. */
function isRepeatable(option: Option): boolean {
  return option.long === '--arg';
}

function isHidden(command: Command): boolean {
  return command.name().startsWith('__');
}

function words(candidates: readonly Candidate[]): Completion {
  return { kind: 'words', candidates };
}
