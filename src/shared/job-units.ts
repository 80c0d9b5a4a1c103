/**
 * The small notations of job files: durations, amounts of memory, ranges written as text, percentages, exit codes.
 * Each is read in one place, for the schema, the plan and forms.
 */

/** Milliseconds of each unit that a duration may have. */
const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Timers hold 31 bits of milliseconds, a little less than 25 days. */
const maxDurationMs = 24 * 86_400_000;

export const durationPattern = /^(?:\d{1,15}(?:\.\d{1,6})?(?:ms|s|m|h|d)){1,5}$/;

/**
 * Milliseconds of a duration such as `90s`, `10m`, `1.5h`, `500ms` or `1h30m`; undefined when the text is not one, is
 * zero, or is longer than 24 days.
 */
export function parseDuration(text: string): number | undefined {
  if (!durationPattern.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g))
    total += Number(amount) * (unitMs[unit ?? ''] ?? Number.NaN);
  return total > 0 && total <= maxDurationMs ? total : undefined;
}

export const memoryPattern = /^\d{1,9}(?:\.\d{1,3})?[MG]iB$/;

/** Least and most memory of a limit, in MiB: a process needs some to live at all; 64 TiB is more than any machine has. */
const minMemoryMiB = 32;
const maxMemoryMiB = 64 * 1024 * 1024;

/** Whole MiB of an amount such as `512MiB` or `1.5GiB`; undefined when the text is not one, or makes no sense as a limit. */
export function parseMemory(text: string): number | undefined {
  if (!memoryPattern.test(text)) return undefined;
  const amount = Number(text.slice(0, -3)) * (text.endsWith('GiB') ? 1024 : 1);
  return amount >= minMemoryMiB && amount <= maxMemoryMiB ? Math.floor(amount) : undefined;
}

export const numbersPattern =
  /^\s*\d{1,15}(?:-\d{1,15}(?::\d{1,15})?)?(?:\s*,\s*\d{1,15}(?:-\d{1,15}(?::\d{1,15})?)?)*\s*$/;

/** A part of a range written as text: from its first number to its last, both included. */
export interface NumberPart {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/**
 * The parts of a range written as text, such as `1-100:2,205`; or what is wrong with it, to be put after
 * "range must …".
 */
export function parseNumbers(text: string): readonly NumberPart[] | string {
  if (!numbersPattern.test(text)) return 'be numbers and spans such as "1-100:2,205"';
  const parts = text.split(',').map((part): NumberPart => {
    const [, from, to, step] = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/.exec(part.trim()) ?? [];
    return { from: Number(from), to: Number(to ?? from), step: Number(step ?? 1) };
  });
  for (const [index, part] of parts.entries()) {
    const before = parts[index - 1];
    if (part.step === 0) return 'have steps of at least 1';
    if (part.to < part.from) return `ascend, and ${part.from}-${part.to} does not`;
    if (before && part.from <= before.to) return `ascend without overlap, and ${part.from} comes after ${before.to}`;
  }
  return parts;
}

export const percentPattern = /^(?:100|\d{1,2}(?:\.\d{1,6})?)%$/;

/** Percents of a text such as `3%` or `0.5%`; undefined when it is none, or is zero. */
export function parsePercent(text: string): number | undefined {
  const percent = percentPattern.test(text) ? Number(text.slice(0, -1)) : 0;
  return percent > 0 ? percent : undefined;
}

export const exitPattern = /^exit:(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])$/;

/** A text such as `exit:75` as what it is, an exit code from 1 to 255; undefined when it is none. */
export function parseExitCode(text: string): `exit:${number}` | undefined {
  return exitPattern.test(text) ? `exit:${Number(text.slice('exit:'.length))}` : undefined;
}
