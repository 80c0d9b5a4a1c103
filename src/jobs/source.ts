import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  type YAMLError,
} from 'yaml';
import type { Problem, ProblemCode } from './problem';
import { checkStrictJson } from './strict-json';

/** Limits of a file, so that a hostile one is refused at once. */
export const maxBytes = 1024 * 1024;
export const maxDepth = 100;
const maxAliases = 100;

/** Where a value stands: keys and indices from the top of the file. */
export type Path = readonly PropertyKey[];

/** A file as data that knows where each value was written. */
export interface Source {
  /** Plain data: mappings are objects without special keys, at most {@link maxDepth} deep, without circles. */
  readonly value: unknown;
  /** A problem at the value (or at the key) of that path; at the nearest thing around it that is in the file. */
  problemAt(path: Path, code: ProblemCode, message: string, part?: 'key' | 'value'): Problem;
  /** Line on which the value of that path begins, from 1. */
  lineOf(path: Path): number;
}

interface Read {
  readonly source: Source | undefined;
  readonly problems: readonly Problem[];
}
type Report = (offset: number, end: number, code: ProblemCode, message: string) => void;

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
  const report: Report = (...where) => problems.push(place(...where));
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
  if (file.toLowerCase().endsWith('.json') && !checkStrictJson(text, report)) return refused();
  const document = compose(tokens, text, report);
  if (!document) return refused();
  inspect(document.contents, report, (offset) => lines.linePos(offset).line);
  const value = toData(document, report);
  if (value === undefined) return refused();
  const spanOf = (path: Path, part: 'key' | 'value'): [number, number] => findSpan(document.contents, path, part);
  return {
    problems,
    source: {
      value: value.data,
      problemAt: (path, code, message, part = 'value') => place(...spanOf(path, part), code, message),
      lineOf: (path) => lines.linePos(spanOf(path, 'value')[0]).line,
    },
  };
}

/** Cuts the text into tokens and stops as soon as they nest too deeply: what comes after reads them recursively. */
function tokenize(text: string, lines: LineCounter, report: Report): CST.Token[] | undefined {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    // The document itself and the scalar being read are on the stack too; inspect() counts exactly.
    if (parser.stack.length > maxDepth + 8) {
      report(parser.offset, parser.offset + 1, 'E007', `Values are nested more than ${maxDepth} levels deep here.`);
      return undefined;
    }
  }
  tokens.push(...parser.end());
  return tokens;
}

function compose(tokens: readonly CST.Token[], text: string, report: Report): Document | undefined {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    keepSourceTokens: false,
  });
  const [document, second] = [...composer.compose(tokens, true, text.length)];
  if (
    !document ||
    document.contents === null ||
    (isScalar(document.contents) && document.contents.value === null && document.errors.length === 0)
  ) {
    report(0, 1, 'E102', 'The file is empty; it needs version: 1 and jobs.');
    return undefined;
  }
  if (second) {
    report(second.range[0], second.range[0] + 3, 'E008', 'A second document begins here; a job file holds one.');
    return undefined;
  }
  if (document.directives?.yaml.explicit && document.directives.yaml.version !== '1.2') {
    report(0, 5, 'E003', 'Job files are YAML 1.2; remove the %YAML line.');
    return undefined;
  }
  const faults = [...document.errors, ...document.warnings];
  for (const fault of faults) report(fault.pos[0], fault.pos[1], ...syntaxSentence(fault));
  return faults.length > 0 ? undefined : document;
}

function syntaxSentence(fault: YAMLError): [ProblemCode, string] {
  switch (fault.code) {
    case 'TAB_AS_INDENT':
      return ['E004', 'A tab stands where the indentation is; YAML allows only spaces there.'];
    case 'TAG_RESOLVE_FAILED':
      return ['E009', 'Tags such as !name have no meaning in a job file; remove it.'];
    case 'BAD_ALIAS':
      return ['E003', 'An alias (*name) needs an anchor (&name) before it. Put a text that begins with * in quotes.'];
    case 'BLOCK_AS_IMPLICIT_KEY':
      return ['E003', 'A second ": " on one line. Put the text in quotes, or begin a new line.'];
    default:
      return ['E003', `${fault.message.replace(/\.$/, '')}.`];
  }
}

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** Finds what data may not have, without following aliases. */
function inspect(top: unknown, report: Report, lineAt: (offset: number) => number): void {
  const visit = (node: unknown, depth: number): void => {
    if (depth > maxDepth && (isMap(node) || isSeq(node))) {
      report(...rangeOf(node), 'E007', `Values are nested more than ${maxDepth} levels deep here.`);
    } else if (isMap(node)) {
      const seen = new Map<string, number>();
      for (const pair of node.items) {
        inspectKey(pair, seen, report, lineAt);
        visit(pair.value, depth + 1);
      }
    } else if (isSeq(node)) {
      for (const item of node.items) visit(item, depth + 1);
    } else if (isScalar(node) && typeof node.value === 'number') {
      inspectNumber(node.value, node.source ?? '', (sentence) => report(...rangeOf(node), 'E009', sentence));
    }
  };
  visit(top, 1);
}

function inspectKey(pair: Pair, seen: Map<string, number>, report: Report, lineAt: (offset: number) => number): void {
  const { key } = pair;
  if (!isScalar(key)) {
    report(...rangeOf(key), 'E009', 'A key must be a plain text.');
    return;
  }
  const name = String(key.value);
  const [start, end] = rangeOf(key);
  if (forbiddenKeys.has(name)) report(start, end, 'E009', `Key "${name}" is not allowed anywhere in a job file.`);
  const first = seen.get(name);
  if (first === undefined) seen.set(name, start);
  else report(start, end, 'E005', `Key "${name}" is written twice; the first is on line ${lineAt(first)}.`);
}

function inspectNumber(value: number, source: string, refuse: (sentence: string) => void): void {
  if (!Number.isFinite(value)) refuse(`${source} is not a number that a job file can hold.`);
  else if (/^[-+]?\d+$/.test(source) && !Number.isSafeInteger(value))
    refuse(`${source} is too large to be kept exactly; put it in quotes to pass it as text.`);
}

function toData(document: Document, report: Report): { readonly data: unknown } | undefined {
  try {
    const data: unknown = document.toJS({ maxAliasCount: maxAliases });
    if (depthWithin(data, maxDepth)) return { data };
    report(0, 1, 'E007', `Aliases nest values more than ${maxDepth} levels deep, or in a circle.`);
  } catch {
    report(0, 1, 'E006', `Aliases would be expanded more than ${maxAliases} times; write the values out.`);
  }
  return undefined;
}

function depthWithin(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (left === 0) return false;
  return Object.values(value).every((inner) => depthWithin(inner, left - 1));
}

/** Start and end of the value (or key) at a path, or of what is nearest around it. */
function findSpan(top: unknown, path: Path, part: 'key' | 'value'): [number, number] {
  let node: unknown = top;
  let span = beginningOf(top);
  for (const [index, step] of path.entries()) {
    const pair = isMap(node)
      ? node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step))
      : undefined;
    const next: unknown = pair ? pair.value : isSeq(node) ? node.items[Number(step)] : undefined;
    if (
      pair &&
      (next === null || (isScalar(next) && next.source === '') || (part === 'key' && index === path.length - 1))
    )
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

function rangeOf(node: unknown): [number, number] {
  const range = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range : undefined;
  return range ? [range[0], range[1]] : [0, 1];
}
