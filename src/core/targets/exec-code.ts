import { Script } from 'node:vm';
import { isRecord } from '../../shared/is-record';

/** What the code is called in stacks. */
const fileName = 'concurrentExec';

/** What the code finds in its scope in any case. */
const taken = new Set(['proc', 'require']);

/** The code as a function of its parameters. */
type CompiledFunction = (...values: readonly unknown[]) => Promise<unknown>;

/**
 * Parses a piece of code, without running any of it. The code is strict, may use `await`, and has line 1 where it begins.
 *
 * @param code statements
 * @param parameters names that are in the code's scope, besides what is global
 * @param returnName variable of the code, or one of its parameters, whose value at the end is the result
 * @returns what makes a function of it, whose parameters are `parameters`
 * @throws TypeError when a name cannot be the name of a variable
 * @throws SyntaxError that names the line when the code cannot be parsed
 */
function compileCode(code: string, parameters: readonly string[], returnName: string): () => CompiledFunction {
  for (const name of [...parameters, returnName]) requireVariableName(name);
  // The variable is there also when the code does not declare it, and the code's own one hides it inside the block.
  const declared = parameters.includes(returnName) ? '' : `var ${returnName};`;
  const before = `(function(${parameters.join()}){"use strict";${declared}return(async()=>{`;
  const script = new Script(`${before}${code}\n;return ${returnName};\n})()})`, {
    filename: fileName,
    columnOffset: -before.length,
  });
  return () => script.runInThisContext() as CompiledFunction;
}

/**
 * What `concurrentExec` is asked to run.
 *
 * @throws TypeError when a name or the code itself is not what it must be
 * @throws SyntaxError as {@link compileCode}
 */
export function checkCode(code: unknown, locals: unknown, returnName: unknown): void {
  if (typeof code !== 'string') throw new TypeError('concurrentExec takes its code as a string.');
  if (!isRecord(locals)) throw new TypeError('locals must be an object of variables by their names.');
  if (typeof returnName !== 'string') throw new TypeError('returnName must be the name of a variable.');
  const names = Object.keys(locals).filter((name) => name !== 'partitionArgs');
  for (const name of names) {
    if (taken.has(name)) throw new TypeError(`locals cannot have the name "${name}", which the code has already.`);
  }
  compileCode(code, [...taken, ...names], returnName);
}

/** Runs the code; the target of `concurrentExec`. */
export function runCode(
  proc: unknown,
  require: NodeJS.Require,
  code: string,
  returnName: string,
  locals: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const names = Object.keys(locals);
  const compiled = compileCode(code, [...taken, ...names], returnName);
  return compiled()(proc, require, ...names.map((name) => locals[name]));
}

function requireVariableName(name: string): void {
  const wrong = new TypeError(`${JSON.stringify(name)} cannot be the name of a variable.`);
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) throw wrong;
  try {
    new Script(`"use strict";(async()=>{var ${name};})`);
  } catch {
    throw wrong;
  }
}
