/** What the placeholders of one item stand for. */
export interface PlaceholderValues {
  /** The item; a path when the range is of files. */
  readonly item?: string | number;
  /** Place of the item in its range, from 0. */
  readonly index?: number;
  /** First item of the chunk or part that is worked on. */
  readonly start?: number;
  /** End of that chunk, the item after its last one. */
  readonly stop?: number;
  /** Which attempt at the item it is, from 1. */
  readonly attempt?: number;
  /** Number or id of the job. */
  readonly jobId?: number | string;
  /** Path of the job's output. */
  readonly out?: string;
  /** Columns of a CSV row, by name. */
  readonly row?: Readonly<Record<string, string>>;
  /** Values of the job's combination, by name. */
  readonly matrix?: Readonly<Record<string, unknown>>;
  /** The job's arguments, by name. */
  readonly args?: Readonly<Record<string, unknown>>;
}

/** A placeholder in a text: `at` and `length` say where it stands, braces included. */
export interface Placeholder {
  readonly name: string;
  readonly at: number;
  readonly length: number;
}

/** Placeholders that stand alone. */
export const plainPlaceholders = [
  'item',
  'index',
  'start',
  'stop',
  'stem',
  'ext',
  'basename',
  'dir',
  'attempt',
  'jobId',
  'out',
] as const;

/** Placeholders that are followed by a dot and a name. */
export const groupPlaceholders = ['row', 'matrix', 'args'] as const;

/** Those of the plain ones that stand for a file or a part of its path. */
const filePlaceholders: ReadonlySet<string> = new Set(['item', 'stem', 'basename', 'dir', 'out']);

const pattern = /\{\{|\}\}|\{([^{}]*)\}/g;

/** The placeholders of a text, in order. `{{` and `}}` stand for the braces themselves. */
export function placeholdersOf(template: string): Placeholder[] {
  if (!template.includes('{')) return [];
  return [...template.matchAll(pattern)].flatMap((match) =>
    match[1] === undefined ? [] : [{ name: match[1], at: match.index, length: match[0].length }],
  );
}

/** A text as it is written where braces would mean placeholders. */
export function escapeBraces(text: string): string {
  return text.replace(/[{}]/g, '$&$&');
}

/**
 * The text with every placeholder replaced by what it stands for, once: braces in a value stay as they are.
 *
 * @throws RangeError for a placeholder without a value
 */
export function expandPlaceholders(template: string, values: PlaceholderValues): string {
  if (!template.includes('{') && !template.includes('}')) return template;
  return template.replace(pattern, (whole: string, name: string | undefined) =>
    name === undefined ? whole.charAt(0) : valueOf(name, values),
  );
}

/**
 * One argument of a command. A file name that begins with `-` would be read as an option: when the argument begins
 * with a placeholder of a file, it becomes `./-…`.
 *
 * @throws RangeError for a placeholder without a value
 */
export function expandArgument(template: string, values: PlaceholderValues, itemIsFile: boolean): string {
  const text = expandPlaceholders(template, values);
  const first = placeholdersOf(template)[0];
  const beginsWithFile = itemIsFile && first?.at === 0 && filePlaceholders.has(first.name);
  return beginsWithFile && text.startsWith('-') ? `./${text}` : text;
}

function valueOf(name: string, values: PlaceholderValues): string {
  const dot = name.indexOf('.');
  const group = groupPlaceholders.find((known) => dot > 0 && known === name.slice(0, dot));
  const key = name.slice(dot + 1);
  const members = group && values[group];
  const value = members ? (Object.hasOwn(members, key) ? members[key] : undefined) : plainValue(name, values);
  if (value === undefined) {
    const hint = /^[\w.]+$/.test(name) ? '' : ' Braces that are meant as such are written twice, as {{ and }}.';
    throw new RangeError(`There is nothing that {${name}} stands for here.${hint}`);
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function plainValue(name: string, values: PlaceholderValues): string | number | undefined {
  switch (name) {
    case 'item':
    case 'index':
    case 'start':
    case 'stop':
    case 'attempt':
    case 'jobId':
    case 'out':
      return values[name];
    case 'stem':
    case 'ext':
    case 'basename':
    case 'dir':
      return values.item === undefined ? undefined : pathPart(name, String(values.item));
    default:
      return undefined;
  }
}

/** `a/b.tar.gz` has the dir `a`, the basename `b.tar.gz`, the stem `b.tar` and the ext `.gz`; `.hidden` has no ext. */
function pathPart(part: 'stem' | 'ext' | 'basename' | 'dir', path: string): string {
  const slash = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  if (part === 'dir') return slash < 0 ? '.' : slash === 0 ? '/' : path.slice(0, slash);
  const basename = path.slice(slash + 1);
  if (part === 'basename') return basename;
  const dot = basename.lastIndexOf('.');
  const hasExt = dot > 0;
  if (part === 'ext') return hasExt ? basename.slice(dot) : '';
  return hasExt ? basename.slice(0, dot) : basename;
}
