/**
 * What has been typed into the New Job form, as it was typed: a draft may be wrong, and is never lost. What it comes
 * to is found out in main, by the parser of job files.
 */

/** What a job of the form runs: a built-in target, a function once per process or once per item, or a command. */
export type DraftKind = 'builtin' | 'target' | 'map' | 'run';

export type RangeKind = 'count' | 'span' | 'numbers' | 'files' | 'list' | 'csv' | 'lines' | 'once';

/** Every plain field of the form, empty as it is at first. Fields of a kind that is not chosen keep what was typed. */
export const emptyFields = {
  /** Absolute path of the folder that paths are relative to; empty for the default one. */
  folder: '',
  id: '',
  label: '',
  /** Name of a built-in target. */
  builtin: '',
  /** Path of a module, relative to the folder, and the name that it exports. */
  module: '',
  exportName: '',
  /** Arguments of a module's function, as YAML. */
  args: '',
  count: '',
  from: '',
  to: '',
  step: '',
  numbers: '',
  /** Globs, one a line. */
  files: '',
  exclude: '',
  /** Items, one a line; one in quotes is a text whatever it looks like. */
  list: '',
  csv: '',
  lines: '',
  numProcs: '',
  schedule: '',
  chunk: '',
  priority: '',
  retries: '',
  backoff: '',
  delay: '',
  maxDelay: '',
  jitter: '',
  /** Reasons for another attempt, separated by commas. */
  retryOn: '',
  timeout: '',
  jobTimeout: '',
  onFailure: '',
  failAfter: '',
  output: '',
  format: '',
  memory: '',
  recycleAfter: '',
  cwd: '',
  /** Other fields of a job, as YAML. */
  more: '',
} as const;

export type DraftField = keyof typeof emptyFields;

/** Names of the plain fields. */
export const draftFields: readonly DraftField[] = Object.keys(emptyFields).filter(
  (name): name is DraftField => name in emptyFields,
);

export interface JobDraft {
  readonly kind: DraftKind;
  readonly rangeKind: RangeKind;
  readonly fields: Readonly<Record<DraftField, string>>;
  /** Arguments of built-in targets, by target and name: `mandelbrot.width`. */
  readonly builtinArgs: Readonly<Record<string, string>>;
  /** The program and its arguments. */
  readonly argv: readonly string[];
}

/** The form before anything has been typed. */
export const emptyDraft: JobDraft = {
  kind: 'builtin',
  rangeKind: 'count',
  fields: emptyFields,
  builtinArgs: {},
  argv: ['', ''],
};

/** Whether something has been typed at all; which kinds are chosen does not count. */
export const isEmptyDraft = ({ fields, builtinArgs, argv }: JobDraft): boolean =>
  Object.entries(fields).every(([name, text]) => text === '' || name === 'builtin') &&
  [...Object.values(builtinArgs), ...argv].every((text) => text === '');

/** A draft under a name that the person gave it. */
export interface Preset {
  readonly name: string;
  readonly draft: JobDraft;
}

/** An argument of a built-in target, as its JSON Schema describes it. */
export interface ArgField {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly unit: string | null;
  /** What is taken when the field is left empty, as text. */
  readonly fallback: string;
  /** Texts to choose from; empty when it is not one of a list. */
  readonly options: readonly string[];
}

/** A built-in target as the form shows it. */
export interface TargetForm {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly rangeUnit: string;
  readonly defaultRange: number | { readonly files: string };
  readonly args: readonly ArgField[];
}

/** What the form needs to begin with. */
export interface FormStart {
  readonly draft: JobDraft | null;
  readonly presets: readonly Preset[];
  readonly targets: readonly TargetForm[];
  readonly defaultFolder: string;
  /** What fields are for, by their names in a job file. */
  readonly help: Readonly<Record<string, string>>;
}

/**
 * A mistake in a draft. `field` is the field that it is about: a name of {@link draftFields}, `builtinArgs.` and the
 * argument's name, `argv.` and its place; empty when it is about none of them.
 */
export interface DraftProblem {
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

/** What a range comes to: how many items, and some of them. */
export interface RangePreview {
  readonly count: number;
  readonly first: readonly string[];
  /** The last item, when it is not among the first. */
  readonly last: string | null;
}

/** What main says to a draft. */
export interface DraftCheck {
  readonly problems: readonly DraftProblem[];
  readonly range: RangePreview | null;
  /** The job as a job file. */
  readonly yaml: string;
  /** Where that file would be. */
  readonly path: string;
  /** Names that the module seems to export. */
  readonly exports: readonly string[];
}

/** Whether a draft has become a job of the queue, or why not. */
export type AddAnswer =
  | { readonly kind: 'added'; readonly fileKey: number; readonly keys: readonly number[] }
  | { readonly kind: 'wrong'; readonly problems: readonly DraftProblem[] };

/** A job of the queue as a draft, or why it cannot be one. */
export type DraftAnswer =
  | { readonly kind: 'draft'; readonly draft: JobDraft; readonly left: readonly string[] }
  | { readonly kind: 'refused'; readonly message: string };
