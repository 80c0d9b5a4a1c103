import type * as z from 'zod';
import { isRecord } from '../shared/is-record';
import { defaultsKeys, jobFileKeys, jobKeys } from '../shared/job-file';
import { isProblemCode, type Problem, type ProblemCode } from './problem';
import { showValue } from './show-value';
import type { Path, Source } from './source';
import { didYouMean } from './suggest';

type Issue = z.core.$ZodIssue;

/** The schema's findings as sentences at their places in the file. */
export function describeIssues(issues: readonly Issue[], source: Source): Problem[] {
  return issues.flatMap((issue) => describeIssue(issue, source));
}

function describeIssue(issue: Issue, source: Source): Problem[] {
  const input = valueAt(source.value, issue.path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, issue.path, source));
  if (issue.code === 'invalid_key') return [wrongKey(issue, source)];
  if (input === undefined) return missingKey(issue.path, source);
  const shell = shellLine(issue, input, source);
  if (shell) return [shell];
  const both = severalForms(issue.path, input, source);
  if (both) return [both];
  if (issue.code === 'invalid_union') {
    const branch = chooseBranch(issue.errors, input, issue.path);
    if (branch) return describeIssues(branch, source);
    const strange = strangeKeys(input, issue.path);
    if (strange.length > 0) return strange.map((key) => unknownKey(key, issue.path, source));
  }
  return [wrongValue(issue, input, source)];
}

function wrongValue(issue: Issue, input: unknown, source: Source): Problem {
  const [code, phrase] = splitRule(issue.message);
  const subject = issue.path.length === 0 ? 'The file' : `"${nameOf(issue.path)}"`;
  if (code === 'E116' && typeof input === 'string' && /^[^#:]+$/.test(input)) {
    return source.problemAt(
      issue.path,
      code,
      `${subject} must name an export after the module, such as ${input}#main, not ${showValue(input)}.`,
    );
  }
  // "must be at most 200 characters long, not <the text>" would help nobody.
  const isAboutSize = (issue.code === 'too_big' || issue.code === 'too_small') && typeof input !== 'number';
  const isComplete = isAboutSize || (issue.code === 'custom' && issue.params?.isComplete === true);
  const shown =
    phrase.startsWith('must') && issue.path.length > 0 && !isComplete ? `${phrase}, not ${showValue(input)}` : phrase;
  const suggestion = typeof input === 'string' ? didYouMean(input, allowedTexts(issue)) : '';
  return source.problemAt(issue.path, code, `${subject} ${shown}.${suggestion}`);
}

/** A command as one text is the mistake that everyone makes first: it is told how to write it instead. */
function shellLine(issue: Issue, input: unknown, source: Source): Problem | undefined {
  const { path } = issue;
  if (path.length !== 3 || path[0] !== 'jobs' || path[2] !== 'run' || typeof input !== 'string') return undefined;
  const words = input.trim().split(/\s+/);
  const isPlain = input.length <= 200 && /^[\w\s./{}:=+,-]+$/.test(input);
  const list = words.map((word) => (/[{}:,]|^-?[\d.]+$/.test(word) ? JSON.stringify(word) : word)).join(', ');
  const instead = isPlain ? `write run: [${list}]` : 'write a list of the program and its arguments';
  return source.problemAt(path, 'E118', `"run" must be a list, not one text, because no shell reads it; ${instead}.`);
}

/** A range is of one form: a mapping with the keys of two of them is told that, rather than which key is one too many. */
function severalForms(path: Path, input: unknown, source: Source): Problem | undefined {
  if (path.length !== 3 || path[2] !== 'range' || !isRecord(input)) return undefined;
  const [first, second] = ['files', 'list', 'csv', 'lines', 'from'].filter((key) => Object.hasOwn(input, key));
  if (first === undefined || second === undefined) return undefined;
  return source.problemAt(path, 'E114', `"range" has both "${first}" and "${second}"; it can be one of them.`);
}

/** The texts that would have been right, when the schema has a list of them. */
function allowedTexts(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return issue.code === 'invalid_union' ? issue.errors.flat().flatMap(allowedTexts) : [];
}

/** The schema's messages are a code and a phrase; zod's own (for what no rule names) are told as they are. */
function splitRule(message: string): [ProblemCode, string] {
  const [, code = '', phrase = ''] = /^(E\d{3}) (.*)$/s.exec(message) ?? [];
  return isProblemCode(code) ? [code, phrase] : ['E110', `has a value that is not allowed here (${message})`];
}

/** Keys of the mappings inside a job. */
const innerKeys: Readonly<Record<string, readonly string[]>> = {
  range: ['from', 'to', 'step', 'files', 'exclude', 'list', 'csv', 'lines'],
  output: ['path', 'format'],
  schedule: ['kind', 'chunk'],
  retries: ['max', 'backoff', 'delay', 'maxDelay', 'jitter', 'on'],
  onFailure: ['after', 'then'],
  needs: ['job', 'when'],
  env: ['secret'],
};

function unknownKey(key: string, parent: Path, source: Source): Problem {
  const at = [...parent, key];
  const place = placeOf(parent, source);
  if (parent.length === 1 && parent[0] === 'defaults' && jobKeys.includes(key))
    return source.problemAt(at, 'E101', `"${key}" cannot have a default; write it in each job.`, 'key');
  return source.problemAt(at, 'E101', `Unknown key "${key}" ${place}.${didYouMean(key, knownKeys(parent))}`, 'key');
}

/** Keys of a mapping that has none of those that its place knows. */
function strangeKeys(input: unknown, path: Path): string[] {
  const known = knownKeys(path);
  return isRecord(input) && known.length > 0 ? Object.keys(input).filter((key) => !known.includes(key)) : [];
}

function knownKeys(parent: Path): readonly string[] {
  if (parent.length === 0) return jobFileKeys;
  if (parent[0] === 'defaults' && parent.length === 1) return defaultsKeys;
  if (parent[0] === 'jobs' && parent.length === 2) return jobKeys;
  const field = [...parent].reverse().find((step) => typeof step === 'string' && Object.hasOwn(innerKeys, step));
  return innerKeys[String(field)] ?? [];
}

function missingKey(path: Path, source: Source): Problem[] {
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  return [source.problemAt(path, 'E102', `Missing key "${key}" ${placeOf(parent, source)}.`)];
}

/** A key of a mapping whose keys are names, such as `env`. */
function wrongKey(issue: Extract<Issue, { code: 'invalid_key' }>, source: Source): Problem {
  const [code, phrase] = splitRule(issue.issues[0]?.message ?? '');
  const key = String(issue.path.at(-1));
  return source.problemAt(issue.path, code, `"${key}" in "${nameOf(issue.path.slice(0, -1))}" ${phrase}.`, 'key');
}

/** Of a value that may be written in several ways, the way that was meant: by its kind and by the keys it has. */
function chooseBranch(branches: readonly (readonly Issue[])[], input: unknown, path: Path): Issue[] | undefined {
  const fitting = branches.filter((issues) => !issues.some((issue) => isOtherKind(issue, input)));
  const chosen = isRecord(input) ? mostKeys(fitting, Object.keys(input).length) : fitting;
  const [only] = chosen;
  return chosen.length === 1 && only ? only.map((issue) => ({ ...issue, path: [...path, ...issue.path] })) : undefined;
}

function isOtherKind(issue: Issue, input: unknown): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_union')
    return issue.errors.length > 0 && issue.errors.every((branch) => branch.some((inner) => isOtherKind(inner, input)));
  if (issue.code === 'invalid_type') return typeof input !== 'number' || issue.expected !== 'int';
  // A text that is none of those of a list was meant to be one.
  return issue.code === 'invalid_value' && typeof input !== 'string';
}

/** Of the forms of a mapping those that know most of its keys, and of these the ones with the fewest faults. */
function mostKeys(branches: readonly (readonly Issue[])[], keys: number): readonly (readonly Issue[])[] {
  const rated = branches.map((issues) => {
    const unknown = issues.reduce(
      (sum, issue) => sum + (issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys.length : 0),
      0,
    );
    return { issues, known: keys - unknown };
  });
  const most = Math.max(0, ...rated.map(({ known }) => known));
  if (most === 0) return [];
  const best = rated.filter(({ known }) => known === most);
  const fewest = Math.min(...best.map(({ issues }) => issues.length));
  return best.filter(({ issues }) => issues.length === fewest).map(({ issues }) => issues);
}

/** `in job "thumbs"`, `in "range" of job "thumbs"`, `at the top of the file`. */
export function placeOf(parent: Path, source: Source): string {
  if (parent.length === 0) return 'at the top of the file';
  if (parent[0] !== 'jobs' || parent.length === 1) return `in "${nameOf(parent)}"`;
  const index = Number(parent[1]);
  const job = valueAt(source.value, ['jobs', index]);
  const id = isRecord(job) && typeof job.id === 'string' ? `job "${job.id}"` : `job ${index + 1}`;
  return parent.length === 2 ? `in ${id}` : `in "${nameOf(parent)}" of ${id}`;
}

/** A path without the part that leads to the job: `range.files`, `partitionArgs[1]`. */
function nameOf(path: Path): string {
  const inner = path[0] === 'jobs' && path.length > 2 ? path.slice(2) : path;
  return inner
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${String(step)}`))
    .join('');
}

function valueAt(top: unknown, path: Path): unknown {
  let value = top;
  for (const step of path) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isRecord(value) && Object.hasOwn(value, step)) value = value[String(step)];
    else return undefined;
  }
  return value;
}
