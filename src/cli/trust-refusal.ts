import { join } from 'node:path';
import { isInTrustedFolder, untrustedCode } from '../jobs/trust';
import type { PlannedJob } from '../shared/plan';
import type { CommandContext } from './command-context';
import { cleanText } from './text';

/** Why jobs are not run without the person's word for it; undefined when they may be. */
export function trustRefusal(jobs: readonly PlannedJob[], context: CommandContext): string | undefined {
  const own = untrustedCode(jobs, trustedFolders(context));
  return refusal(
    own.map((code) => {
      const what = code.kind === 'command' ? code.command : `${code.exportName}() of ${code.module}`;
      return `job "${cleanText(code.job.key)}" runs ${cleanText(what)}`;
    }),
  );
}

/** The same for a script. */
export function scriptTrustRefusal(path: string, context: CommandContext): string | undefined {
  return refusal(isInTrustedFolder(path, trustedFolders(context)) ? [] : [`the script ${cleanText(path)}`]);
}

function trustedFolders({ packageRoot }: CommandContext): string[] {
  return [join(packageRoot, 'examples')];
}

function refusal(what: readonly string[]): string | undefined {
  if (what.length === 0) return undefined;
  return [
    'Not run: this would execute code that is not part of Procession, with all your rights:',
    ...what.map((line) => `  ${line}`),
    'Look at it, then run the same command with --trust.',
  ].join('\n');
}
