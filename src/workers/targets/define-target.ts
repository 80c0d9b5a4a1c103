import { z } from 'zod';
import type { AlgorithmProcess } from '../../core/algorithm-process-types';
import type { TargetDefinition } from '../../core/targets/target-definition';
import type { Report } from '../../shared/report';
import { parseArgs, parseItems } from './arguments';

/** A built-in target as its author writes it: typed arguments and typed parts. */
export interface TypedTarget<Schema extends z.ZodObject, Part> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** The arguments; every one has a default and a description. */
  readonly schema: Schema;
  readonly defaultRange: TargetDefinition['defaultRange'];
  readonly rangeUnit: string;
  /** What a part looks like. Parts have crossed a process boundary, so their shape is checked on arrival. */
  readonly part: z.ZodType<Part>;
  /** @param items this rank's part of the files; empty for targets whose range is a number */
  run(proc: AlgorithmProcess, args: z.output<Schema>, items: readonly string[]): Part;
  combine(proc: AlgorithmProcess, parts: readonly Part[], args: z.output<Schema>): Report;
}

/** Makes the untyped {@link TargetDefinition} that the engine calls of a typed target: checks arguments and parts. */
export function defineTarget<Schema extends z.ZodObject, Part>(target: TypedTarget<Schema, Part>): TargetDefinition {
  const { name, title, description, schema, defaultRange, rangeUnit, part } = target;
  const takesFiles = typeof defaultRange !== 'number';
  const argumentsOf = (raw: unknown): z.output<Schema> => parseArgs({ name, schema, rangeUnit, takesFiles }, raw);
  return {
    name,
    title,
    description,
    args: z.toJSONSchema(schema, { io: 'input' }),
    defaultRange,
    rangeUnit,
    run: (proc, raw) => {
      const args = argumentsOf(raw);
      return target.run(proc, args, takesFiles ? parseItems(name, proc, raw) : []);
    },
    combine: (proc, parts, raw) => target.combine(proc, z.array(part).parse(parts), argumentsOf(raw)),
  };
}
