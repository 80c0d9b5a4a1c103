import {
  Composer,
  type CST,
  type Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
  type YAMLError,
} from 'yaml';
import { inspectDocument, maxDepth, type ReportSpan, rangeOf } from './inspect-document';
import type { Problem, ProblemCode } from './problem';
import { quickYaml } from './quick-yaml';
import { checkStrictJson } from './strict-json';

/** Limits of a file (and `maxDepth`), so that a hostile one is refused at once. */
export const maxBytes = 1024 * 1024;
const maxAliases = 100;

/** Where a value stands: keys and indices from the top of the file. */
export type Path = readonly PropertyKey[];

/** A file as data that knows where each value was written. */
export interface Source {
  /** Plain data: mappings are objects without special keys, at most {@link maxDepth} deep, without circles. */
  readonly value: unknown;
  /** A problem at the value (or its key, or a text inside it) of that path; at the nearest thing around it that is in the file. */
  problemAt(path: Path, code: ProblemCode, message: string, part?: Part): Problem;
  /** Line on which the value of that path begins, from 1. */
  lineOf(path: Path): number;
}

/** Which part of a value a problem is about; a text that is not found in it as it is written is the whole value. */
export type Part = 'key' | 'value' | { readonly text: string };

interface Read {
  readonly source: Source | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Reads YAML 1.2 (or JSON, when the file's name ends in `.json`) without executing or expanding anything dangerous.
 * There is a source whenever the file is sound enough to be checked further, even when there are problems already.
 */
export function readSource(text: string, file: string): Read {
  const lines = new LineCounter();
  const problems: Problem[] = [];
  const place = (offset: number, end: number, code: ProblemCode, message: string): Problem => {
    const { line, col } = lines.linePos(offset);
    const lineEnd = text.slice(offset, end).search(/[\r\n]/);
    return {
      file,
      line: Math.max(1, line),
      column: Math.max(1, col),
      length: Math.max(1, lineEnd < 0 ? end - offset : lineEnd),
      code,
      message,
    };
  };
  const report: ReportSpan = (...where) => problems.push(place(...where));
  const refused = (): Read => ({ source: undefined, problems });

  if (Buffer.byteLength(text) > maxBytes) {
    problems.push({
      file,
      line: 1,
      column: 1,
      length: 1,
      code: 'E002',
      message: 'The file is larger than 1 MiB. Keep data in files of their own and name them in "range".',
    });
    return refused();
  }
  const tokens = tokenize(text, lines, report);
  if (!tokens) return refused();
  if (isJson(file) && !checkStrictJson(text, report)) return refused();
  const document = compose(tokens, text, report);
  if (!document) return refused();
  const { sound, firstAlias } = inspectDocument(document.contents, report, (offset) => lines.linePos(offset).line);
  const value = sound ? toData(document, (code, message) => report(...firstAlias, code, message)) : undefined;
  if (value === undefined) return refused();
  const spanOf = (path: Path, part: Part): [number, number] => {
    const [start, end] = findSpan(document.contents, path, part === 'key');
    const at = typeof part === 'object' ? text.slice(start, end).indexOf(part.text) : -1;
    return typeof part === 'object' && at >= 0 ? [start + at, start + at + part.text.length] : [start, end];
  };
  return {
    problems,
    source: {
      value: value.data,
      problemAt: (path, code, message, part = 'value') => place(...spanOf(path, part), code, message),
      lineOf: (path) => lines.linePos(spanOf(path, 'value')[0]).line,
    },
  };
}

/**
 * The same for a file that is plainly written and has no mistakes that show by themselves, many times as fast. Where
 * a value stands is found out when somebody asks for it.
 */
export function readQuickly(text: string, file: string): Source | undefined {
  if (Buffer.byteLength(text) > maxBytes) return undefined;
  const quick = quickYaml(text);
  if (!quick || (isJson(file) && !checkStrictJson(text, () => undefined))) return undefined;
  let full: Source | undefined;
  const places = (): Source => {
    full ??= readSource(text, file).source;
    if (!full) throw new Error('The quick reader has taken a file that the full one refuses.');
    return full;
  };
  return {
    value: quick.data,
    problemAt: (...what) => places().problemAt(...what),
    lineOf: (path) => places().lineOf(path),
  };
}

function isJson(file: string): boolean {
  return file.toLowerCase().endsWith('.json');
}

/** Cuts the text into tokens and stops as soon as they nest too deeply: what comes after reads them recursively. */
function tokenize(text: string, lines: LineCounter, report: ReportSpan): CST.Token[] | undefined {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    // Two documents are one too many already.
    if (tokens.length > 1 && tokens.filter(({ type }) => type === 'document').length > 1) return tokens;
    // The document itself and the scalar being read are on the stack too; inspect() counts exactly.
    if (parser.stack.length > maxDepth + 8) {
      report(parser.offset, parser.offset + 1, 'E007', `Values are nested more than ${maxDepth} levels deep here.`);
      return undefined;
    }
  }
  tokens.push(...parser.end());
  return tokens;
}

function compose(tokens: readonly CST.Token[], text: string, report: ReportSpan): Document.Parsed | undefined {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    keepSourceTokens: false,
  });
  // Taken lazily: a third document and those after it are never looked at.
  const [document, second] = composer.compose(tokens, true, text.length);
  if (!document || isEmpty(document)) {
    report(0, 1, 'E102', 'The file is empty; it needs version: 1 and jobs.');
    return undefined;
  }
  if (second) {
    report(second.range[0], second.range[0] + 3, 'E008', 'A second document begins here; a job file holds one.');
    return undefined;
  }
  if (document.directives.yaml.explicit === true && document.directives.yaml.version !== '1.2') {
    report(0, 5, 'E003', 'Job files are YAML 1.2; remove the %YAML line.');
    return undefined;
  }
  const faults = [...document.errors, ...document.warnings];
  for (const fault of faults) report(fault.pos[0], fault.pos[1], ...syntaxSentence(fault));
  return faults.length > 0 ? undefined : document;
}

function isEmpty({ contents, errors }: Document): boolean {
  return errors.length === 0 && (contents === null || (isScalar(contents) && contents.value === null));
}

function syntaxSentence(fault: YAMLError): [ProblemCode, string] {
  switch (fault.code) {
    case 'TAB_AS_INDENT':
      return ['E004', 'A tab stands where the indentation is; YAML allows only spaces there.'];
    case 'TAG_RESOLVE_FAILED':
      return ['E009', 'Tags such as !name have no meaning in a job file; remove it.'];
    case 'MISSING_CHAR':
    case 'BAD_INDENT':
      return ['E003', missingSentence(fault.message)];
    case 'BLOCK_AS_IMPLICIT_KEY':
      return ['E003', 'A second ": " on one line. Put the text in quotes, or begin a new line.'];
    default:
      return ['E003', `${fault.message.replace(/\.$/, '')}.`];
  }
}

/** The parser's wording of what is missing, without its jargon. */
function missingSentence(message: string): string {
  if (message.includes('quote')) return 'A text in quotes is not closed.';
  const [, kind] = /^Flow (map|sequence)/.exec(message) ?? [];
  if (kind === 'map') return 'A "{" is not closed by "}", or a line inside it is not indented.';
  if (kind === 'sequence') return 'A "[" is not closed by "]", or a line inside it is not indented.';
  return `${message.replace(/\.$/, '')}.`;
}

/** @param refuse tells what is wrong with the aliases as a whole */
function toData(
  document: Document,
  refuse: (code: ProblemCode, message: string) => void,
): { readonly data: unknown } | undefined {
  try {
    const data: unknown = document.toJS({ maxAliasCount: maxAliases });
    if (depthWithin(data, maxDepth)) return { data };
    refuse('E007', `Aliases nest values more than ${maxDepth} levels deep.`);
  } catch {
    refuse('E006', `Aliases would be expanded more than ${maxAliases} times; write the values out.`);
  }
  return undefined;
}

function depthWithin(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (left === 0) return false;
  return Object.values(value).every((inner) => depthWithin(inner, left - 1));
}

/** Start and end of the value (or key) at a path, or of what is nearest around it. */
function findSpan(top: unknown, path: Path, isKey: boolean): [number, number] {
  let node: unknown = top;
  let span = beginningOf(top);
  for (const [index, step] of path.entries()) {
    const pair = isMap(node)
      ? node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step))
      : undefined;
    const next: unknown = pair ? pair.value : isSeq(node) ? node.items[Number(step)] : undefined;
    if (pair && (next === null || (isScalar(next) && next.source === '') || (isKey && index === path.length - 1)))
      return rangeOf(pair.key);
    if (next === undefined || next === null) return span;
    node = next;
    span = beginningOf(node);
  }
  return span;
}

/** A whole scalar or flow collection; of a block collection only its first line, which is where its first key is. */
function beginningOf(node: unknown): [number, number] {
  if (isMap(node) && !node.flow && node.items[0]) return rangeOf(node.items[0].key);
  return rangeOf(node);
}
