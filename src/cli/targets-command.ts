import type { TargetDefinition } from '../core/targets/target-definition';
import { didYouMean } from '../jobs/suggest';
import { isRecord } from '../shared/is-record';
import { builtinTargets } from '../workers/targets';
import type { CommandContext } from './command-context';
import { type ExitCode, exitCodes } from './exit-codes';
import { cleanText } from './text';

/**
 * `procession targets`: the built-in targets with their arguments, as text or as JSON.
 *
 * @param name only this one, with or without `builtin:`
 */
export function targetsCommand(
  name: string | undefined,
  options: { readonly json?: true },
  context: CommandContext,
): ExitCode {
  const wanted = name?.replace(/^builtin:/, '');
  const targets = [...builtinTargets.values()].filter((target) => wanted === undefined || target.name === wanted);
  if (targets.length === 0) {
    const hint = didYouMean(wanted ?? '', builtinTargets.keys());
    context.stderr.write(`error: There is no built-in target "${cleanText(wanted ?? '')}".${hint}\n`);
    return exitCodes.usage;
  }
  if (options.json === true) {
    const plain = targets.map(({ name, title, description, args, defaultRange, rangeUnit }) => ({
      name,
      title,
      description,
      defaultRange,
      rangeUnit,
      args,
    }));
    context.stdout.write(`${JSON.stringify(plain, null, 2)}\n`);
  } else {
    context.stdout.write(
      `${targets.flatMap((target, index) => [...(index > 0 ? [''] : []), ...targetLines(target, context.paint.bold)]).join('\n')}\n`,
    );
  }
  return exitCodes.done;
}

/** One built-in target: name, what it does, a range to start from, and a line for each argument. */
export function targetLines(target: TargetDefinition, bold: (text: string) => string): string[] {
  const { name, title, description, defaultRange, rangeUnit } = target;
  const range = typeof defaultRange === 'number' ? String(defaultRange) : `{ files: "${defaultRange.files}" }`;
  const args = argumentsOf(target.args).map(({ name: arg, type, fallback, text }) => ({
    head: `${arg}: ${type}${fallback === undefined ? '' : ` = ${fallback}`}`,
    text,
  }));
  const width = Math.max(0, ...args.map(({ head }) => head.length));
  return [
    `${bold(`builtin:${name}`)}  ${title}`,
    `  ${description}`,
    `  range: ${range}  (${rangeUnit})`,
    ...args.map(({ head, text }) => `    ${head.padEnd(width)}  ${text}`.trimEnd()),
  ];
}

interface Argument {
  readonly name: string;
  readonly type: string;
  readonly fallback: string | undefined;
  readonly text: string;
}

function argumentsOf(schema: Readonly<Record<string, unknown>>): Argument[] {
  const { properties } = schema;
  if (!isRecord(properties)) return [];
  return Object.entries(properties).map(([name, property]) => {
    const { type, default: fallback, description } = isRecord(property) ? property : {};
    return {
      name,
      type: typeof type === 'string' ? type : 'any',
      fallback: fallback === undefined ? undefined : JSON.stringify(fallback),
      text: typeof description === 'string' ? description : '',
    };
  });
}
