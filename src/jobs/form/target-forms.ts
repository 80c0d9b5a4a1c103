import { isRecord } from '../../shared/is-record';
import type { ArgField, TargetForm } from '../../shared/job-draft';
import { jobFileJsonSchema } from '../../shared/job-file';
import { argText } from './values';

/** As much of a built-in target as a form is made from. */
export interface FormTarget {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly rangeUnit: string;
  readonly defaultRange: number | { readonly files: string };
  /** JSON Schema of the arguments. */
  readonly args: Readonly<Record<string, unknown>>;
}

/** A built-in target with a field for each of its arguments. */
export function targetForm({ args, ...target }: FormTarget): TargetForm {
  const { name, title, description, rangeUnit, defaultRange } = target;
  return { name, title, description, rangeUnit, defaultRange, args: argFields(args) };
}

/** The fields of a JSON Schema with `properties`, in its order. */
export function argFields({ properties }: Readonly<Record<string, unknown>>): ArgField[] {
  if (!isRecord(properties)) return [];
  return Object.entries(properties).map(([name, property]) => {
    const { type, default: fallback, description, unit, enum: options } = isRecord(property) ? property : {};
    return {
      name,
      type: typeof type === 'string' ? type : 'any',
      description: typeof description === 'string' ? description : '',
      unit: typeof unit === 'string' ? unit : null,
      fallback: fallback === undefined ? '' : argText(fallback, typeof type === 'string' ? type : 'any'),
      options: Array.isArray(options) ? options.map(String) : [],
    };
  });
}

/** What the fields of a job are for, by their names, as the documentation says it. */
export function fieldHelp(): Record<string, string> {
  const jobs = inside(inside(inside(jobFileJsonSchema(), 'properties'), 'jobs'), 'items');
  return Object.fromEntries(
    Object.entries(inside(jobs, 'properties')).flatMap(([name, property]) =>
      isRecord(property) && typeof property.description === 'string' ? [[name, property.description]] : [],
    ),
  );
}

function inside(value: unknown, key: string): Record<string, unknown> {
  const inner = isRecord(value) ? value[key] : undefined;
  return isRecord(inner) ? inner : {};
}
