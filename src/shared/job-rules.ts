import * as z from 'zod';
import { durationPattern, memoryPattern, parseDuration, parseMemory } from './job-units';

/**
 * The building blocks of the job file's schema.
 *
 * Every message is a code and a phrase ("E111 must be a duration …"), so that whoever reports it can add which field
 * it was and what stood there. Patterns are there besides the stricter checks because only they reach the JSON Schema.
 */

/** Message of a rule. A value that breaks one is told only that: it is not looked at further. */
export const rule = (code: string, phrase: string): { readonly error: string; readonly abort: true } => ({
  error: `${code} ${phrase}`,
  abort: true,
});

export const text = (limit: number): z.ZodString =>
  z.string(rule('E110', 'must be text')).max(limit, rule('E110', `must be at most ${limit} characters long`));

export const wholeNumber = (least: number, most: number, phrase: string): z.ZodNumber => {
  const wrong = rule('E113', phrase);
  return z.number(wrong).int(wrong).min(least, wrong).max(most, wrong);
};

/** A list whose elements say what is wrong with them; being no list, or an empty or too long one, is about the whole. */
export const listOf = <Element extends z.ZodType>(
  element: Element,
  most: number,
  whole: ReturnType<typeof rule>,
): z.ZodArray<Element> =>
  z
    .array(element, whole)
    .min(1, whole)
    .max(most, rule(whole.error.slice(0, 4), `must have at most ${most} entries`));

const idRule = rule('E110', 'must be at most 64 letters, digits, ".", "_" or "-", and begin with a letter or digit');
export const idText = z.string(idRule).regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u, idRule);

const targetRule = rule(
  'E116',
  'must name a module and its export, such as ./file.mjs#fn, or a built-in target, such as builtin:mandelbrot',
);
export const targetText = z
  .string(targetRule)
  .max(1024, rule('E116', 'must be at most 1024 characters long'))
  .regex(/^(?:builtin:[A-Za-z0-9][\w-]*|(?!builtin:)[^#]+#[A-Za-z_$][\w$]*)$/, targetRule);

const durationRule = rule('E111', 'must be a duration with a unit, such as 90s or 10m');
export const duration = z
  .string(durationRule)
  .regex(durationPattern, durationRule)
  .refine((value) => parseDuration(value) !== undefined, durationRule);

const memoryRule = rule('E117', 'must be an amount of memory from 32MiB on, such as 512MiB or 2GiB');
export const memory = z
  .string(memoryRule)
  .regex(memoryPattern, memoryRule)
  .refine((value) => parseMemory(value) !== undefined, memoryRule);

const envNameRule = rule('E119', 'must be a name of letters, digits and "_" that does not begin with a digit');
const envValueRule = rule('E119', 'must be text (a number or true in quotes), or { secret: NAME }');
const envName = z
  .string(envNameRule)
  .max(256, envNameRule)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, envNameRule);

export const env = z
  .record(
    envName,
    z.union(
      [
        z
          .string(envValueRule)
          .max(32_768, rule('E119', 'must be at most 32768 characters long'))
          .regex(/^[^\0]*$/, rule('E119', 'has a NUL character, which cannot be handed to a program')),
        z.strictObject({
          secret: envName.describe(
            "Name of a variable of Procession's own environment, whose value is taken when the job runs and is shown nowhere.",
          ),
        }),
      ],
      envValueRule,
    ),
    rule('E119', 'must be a mapping of names to texts'),
  )
  .describe(
    "Variables that are added to the environment: `NAME: text`, or `NAME: { secret: NAME }` for the value of a variable of Procession's own environment, which is taken when the job runs and is never stored or shown.",
  );
