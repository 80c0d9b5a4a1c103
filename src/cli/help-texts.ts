/** What a command is for, by examples: the line, and what it does. */
type Examples = readonly (readonly [line: string, what: string])[];

/** Of the program itself (`''`) and of each command. A test parses every line. */
export const helpExamples = {
  '': [
    ['procession run examples/brain-histogram.yaml', 'run a job file, watch it, see its result'],
    ['procession run --dry-run thumbs.yaml', 'what would run'],
    ['procession run --trust thumbs.yaml', 'run your own code after you have looked at it'],
    ['procession run --resume thumbs.yaml', 'what is missing of its last run'],
    ['procession list', 'what has been run, and what is left of it'],
    ['procession run --help', 'more about a command'],
  ],
  run: [
    ['procession run --procs 4 thumbs.yaml', 'on four processes'],
    ['procession run --trust thumbs.yaml', 'with functions and commands of your own'],
    ['procession run --dry-run thumbs.yaml', 'only say what would run'],
    ['procession run --arg width=800 fractal.yaml', 'another value for an argument'],
    ["procession run --arg '*.width=800' fractal.yaml", 'for all jobs that have it'],
    ['procession run --trust --watch thumbs.yaml', 'again whenever something changes'],
    ['procession run --trust --resume thumbs.yaml', 'what is missing of its last run'],
    ['procession run --trust --resume-failed thumbs.yaml', 'the same, and what failed'],
    ['procession run --trust study.ts --arg depth=3', 'a script that uses the engine by itself'],
    ['procession run --time-limit 2h thumbs.yaml', 'no longer than that; what is left can be resumed'],
    ['procession run --json thumbs.yaml > events.ndjson', 'for programs'],
  ],
  resume: [
    ['procession resume 12', 'what is missing of run 12'],
    ['procession resume --failed 12', 'and what failed in it'],
    ['procession resume --dry-run 12', 'only say what that would be'],
  ],
  list: [
    ['procession list', 'the last 20 runs'],
    ['procession list --state interrupted', 'those that can be resumed'],
    ['procession list --file thumbs.yaml --since 2d', 'of one file, from the last two days'],
    ['procession list --text "brain series" --limit 100', 'with these words in name, file or labels'],
    ['procession list --json', 'for programs'],
  ],
  show: [
    ['procession show 12', 'how its jobs stand, and what failed'],
    ['procession show --log 12', 'and what they have printed'],
    ['procession show --result --job thumbs 12', 'the result of one job'],
    ['procession show --json 12', 'all of it, for programs'],
  ],
  validate: [
    ['procession validate thumbs.yaml', 'say what is wrong, or what there is'],
    ['procession validate jobs/*.yaml study.ts', 'several files, and scripts'],
  ],
  targets: [
    ['procession targets', 'all of them'],
    ['procession targets mandelbrot', 'one of them'],
    ['procession targets --json', 'with the schemas of their arguments'],
  ],
  completion: [
    ['source <(procession completion bash)', 'in ~/.bashrc'],
    ['procession completion zsh > ~/.zfunc/_procession', 'into a folder of $fpath'],
    ['procession completion fish > ~/.config/fish/completions/procession.fish', 'once'],
  ],
} as const satisfies Readonly<Record<string, Examples>>;

const jobFile = `
A job file:
  version: 1
  jobs:
    - id: fractal
      target: builtin:mandelbrot
      range: 800
      args: { width: 1200 }
      output: fractal.png`;

const exitCodeHelp = `
Exit codes:
  0 all done     1 some failed     2 wrong usage     3 invalid job file     4 not trusted
  5 a target cannot be loaded      6 another definition than the run to be resumed has
  7 the history cannot be used     8 the time limit is over
  70 internal error                129 terminal closed               130 Ctrl-C
  141 nobody reads the output      143 terminated`;

const stoppingHelp = `
Ctrl-C finishes what runs and begins nothing more; a second Ctrl-C stops it. Either way it can be resumed.`;

/** What follows a command's options in its help. */
export function helpAfter(command: keyof typeof helpExamples): string {
  const examples = helpExamples[command];
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, what]) => `  ${line.padEnd(width)}  ${what}`);
  const more = {
    '': [jobFile, exitCodeHelp],
    run: [exitCodeHelp, stoppingHelp],
    resume: [exitCodeHelp, stoppingHelp],
  };
  const rest = command in more ? more[command as keyof typeof more] : [];
  return ['\nExamples:', ...lines, ...rest].join('\n');
}
