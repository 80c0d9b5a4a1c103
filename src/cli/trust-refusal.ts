import { join } from 'node:path';
import { untrustedCode } from '../jobs/trust';
import type { PlannedJob } from '../shared/plan';
import type { CommandContext } from './command-context';
import { cleanText } from './text';

/** Why jobs are not run without the person's word for it; undefined when they may be. */
export function trustRefusal(jobs: readonly PlannedJob[], { packageRoot }: CommandContext): string | undefined {
  const own = untrustedCode(jobs, [join(packageRoot, 'examples')]);
  if (own.length === 0) return undefined;
  return [
    'Not run: this would execute code that is not part of Procession, with all your rights:',
    ...own.map((code) => {
      const what = code.kind === 'command' ? code.command : `${code.exportName}() of ${code.module}`;
      return `  job "${cleanText(code.job.key)}" runs ${cleanText(what)}`;
    }),
    'Look at it, then run the same command with --trust.',
  ].join('\n');
}
