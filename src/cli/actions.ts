import type { CommandContext } from './command-context';
import { completeCommand, completionCommand } from './completion-command';
import { listCommand } from './list-command';
import type { Actions } from './program';
import { resumeCommand } from './resume-command';
import { runCommand } from './run-command';
import { showCommand } from './show-command';
import { targetsCommand } from './targets-command';
import { validateCommand } from './validate-command';
import { watchCommand } from './watch-command';

/** What the commands really do. */
export function realActions(context: CommandContext): Actions {
  return {
    run: (files, options) =>
      options.watch === true ? watchCommand(files, options, context) : runCommand(files, options, context),
    resume: (run, options) => resumeCommand(run, options, context),
    list: (options) => listCommand(options, context),
    show: (run, options) => showCommand(run, options, context),
    validate: (files) => validateCommand(files, context),
    targets: (name, options) => targetsCommand(name, options, context),
    completion: (shell) => completionCommand(shell, context),
    complete: (shell, words, program) => completeCommand(shell, words, program, context),
  };
}
