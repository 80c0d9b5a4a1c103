import { parse as parseYaml, stringify } from 'yaml';
import { readSource } from '../source';

/** A text that stands for a number: as YAML has it, or in groups of three digits. */
const plainNumber = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;
const grouped = /^\d{1,3}(?:[ ,_\u2009]\d{3})+$/;

/** The number that was typed; any other text as it is, for the schema to say what it must be. */
export function numberOrText(typed: string): number | string {
  const text = typed.trim();
  if (grouped.test(text)) return Number(text.replaceAll(/\D/g, ''));
  return plainNumber.test(text) && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** An item of a list: a number, or a text; `"3"` in quotes is a text. */
export function itemOf(typed: string): number | string {
  if (typed.startsWith('"') && typed.endsWith('"') && typed.length > 1) {
    try {
      const text: unknown = JSON.parse(typed);
      if (typeof text === 'string') return text;
    } catch {
      return typed;
    }
  }
  return plainNumber.test(typed) && Number.isFinite(Number(typed)) ? Number(typed) : typed;
}

/** How {@link itemOf} reads the same item again. */
export function itemText(item: number | string): string {
  if (typeof item === 'number') return String(item);
  return itemOf(item) === item && item.trim() === item && item !== '' && !/[\r\n]/.test(item)
    ? item
    : JSON.stringify(item);
}

/** Lines that have something on them. */
export const linesOf = (typed: string): string[] =>
  typed
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** One text, or the list of several, as job files write globs. */
export const oneOrMany = (typed: string): string | string[] => {
  const lines = linesOf(typed);
  return lines.length === 1 ? (lines[0] ?? '') : lines;
};

/** YAML that was typed into a field: a value (undefined for nothing), or what is wrong with it. */
export type YamlValue =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** Reads YAML under the rules of job files. */
export function readYaml(typed: string): YamlValue {
  if (linesOf(typed).every((line) => line.startsWith('#'))) return { ok: true, value: undefined };
  const { source, problems } = readSource(typed, 'form.yaml');
  const [problem] = problems;
  if (problem !== undefined)
    return { ok: false, code: problem.code, message: `Line ${problem.line}: ${problem.message}` };
  return { ok: true, value: source?.value };
}

/** A value as YAML for such a field; nothing for an empty mapping. */
export function yamlText(value: Readonly<Record<string, unknown>>): string {
  return Object.keys(value).length === 0 ? '' : stringify(value, { lineWidth: 0 }).trimEnd();
}

/** An argument's value as it is typed into a field of its own, so that {@link argValue} reads it again. */
export function argText(value: unknown, type: string): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string' && !/[\r\n]/.test(value) && argValue(value, type) === value) return value;
  return JSON.stringify(value);
}

/** An argument's value from what was typed, by the type that its schema names. */
export function argValue(typed: string, type: string): unknown {
  if (type === 'string') return typed;
  if (type === 'integer' || type === 'number') return numberOrText(typed);
  if (type === 'boolean' && (typed === 'true' || typed === 'false')) return typed === 'true';
  try {
    return parseYaml(typed, { schema: 'core', maxAliasCount: 0 }) as unknown;
  } catch {
    return typed;
  }
}
