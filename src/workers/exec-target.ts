import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runCode } from '../core/targets/exec-code';
import type { TargetFunction } from './target-loader';

/** Packages and relative files are found from the folder that the program works in. */
const requireHere = createRequire(join(process.cwd(), 'index.js'));

/** The target of `concurrentExec`: `(proc, code, returnName, locals?)`. */
export const execTarget: TargetFunction = (proc, code, returnName, locals) =>
  runCode(proc, requireHere, code as string, returnName as string, (locals ?? {}) as Record<string, unknown>);
