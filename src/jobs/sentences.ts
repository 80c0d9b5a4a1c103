import type * as z from 'zod';
import { isRecord } from '../shared/is-record';
import { jobFileKeys, jobKeys, laterKeys } from '../shared/job-file';
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
  if (input === undefined) return missingKey(issue.path, source);
  const later = laterRange(issue.path, input, source);
  if (later) return [later];
  if (issue.code === 'invalid_union') {
    const branch = chooseBranch(issue.errors, input, issue.path);
    if (branch) return describeIssues(branch, source);
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
  const shown =
    phrase.startsWith('must') && issue.path.length > 0 && !isAboutSize ? `${phrase}, not ${showValue(input)}` : phrase;
  const suggestion = typeof input === 'string' ? didYouMean(input, allowedTexts(issue)) : '';
  return source.problemAt(issue.path, code, `${subject} ${shown}.${suggestion}`);
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

function unknownKey(key: string, parent: Path, source: Source): Problem {
  const at = [...parent, key];
  const place = placeOf(parent, source);
  const kind = parent.length === 0 ? 'file' : parent.length === 2 ? 'job' : parent[2] === 'range' ? 'range' : undefined;
  if (kind !== undefined && laterKeys[kind].some((later) => later === key))
    return notYet(`"${key}" ${place}`, at, source);
  const known =
    kind === 'file'
      ? jobFileKeys
      : kind === 'job'
        ? jobKeys
        : kind === 'range'
          ? ['files', 'exclude', 'list']
          : ['path', 'format'];
  return source.problemAt(at, 'E101', `Unknown key "${key}" ${place}.${didYouMean(key, known)}`, 'key');
}

function missingKey(path: Path, source: Source): Problem[] {
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const around = valueAt(source.value, parent);
  // A job that says what runs in a way that is not supported yet is told that, not that it says nothing.
  if (key === 'target' && isRecord(around) && ('map' in around || 'run' in around)) return [];
  return [source.problemAt(parent, 'E102', `Missing key "${key}" ${placeOf(parent, source)}.`)];
}

/** Ranges of the full format that do not act yet. */
function laterRange(path: Path, input: unknown, source: Source): Problem | undefined {
  if (path.length !== 3 || path[2] !== 'range') return undefined;
  if (typeof input === 'string')
    return /^[\d\s,:-]*\d[\d\s,:-]*$/.test(input) ? notYet('A "range" written as text', path, source) : undefined;
  if (!isRecord(input)) return undefined;
  const key = laterKeys.range.find((later) => later in input);
  return key === undefined ? undefined : notYet(`A "range" with "${key}"`, path, source);
}

function notYet(what: string, path: Path, source: Source): Problem {
  const part = typeof path.at(-1) === 'string' && path.at(-1) !== 'range' ? 'key' : 'value';
  return source.problemAt(
    path,
    'E103',
    `${what} is not supported yet; it would have no effect, so it is refused.`,
    part,
  );
}

/** Of a value that may be written in several ways, the way that was meant: by its kind and by the keys it has. */
function chooseBranch(branches: readonly (readonly Issue[])[], input: unknown, path: Path): Issue[] | undefined {
  const fitting = branches.filter((issues) => !issues.some((issue) => isOtherKind(issue, input)));
  const [only] = fitting;
  return fitting.length === 1 && only ? only.map((issue) => ({ ...issue, path: [...path, ...issue.path] })) : undefined;
}

function isOtherKind(issue: Issue, input: unknown): boolean {
  if (issue.path.length === 0)
    return issue.code === 'invalid_type'
      ? typeof input !== 'number' || issue.expected !== 'int'
      : issue.code === 'invalid_value';
  return issue.path.length === 1 && isRecord(input) && input[String(issue.path[0])] === undefined;
}

/** `in job "thumbs"`, `in "range" of job "thumbs"`, `at the top of the file`. */
function placeOf(parent: Path, source: Source): string {
  if (parent.length === 0) return 'at the top of the file';
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
