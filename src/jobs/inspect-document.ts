import { isAlias, isMap, isPair, isScalar, isSeq, type Scalar } from 'yaml';
import type { ProblemCode } from './problem';

/** How deep values may be nested. */
export const maxDepth = 100;

/** Tells a problem with a stretch of the text. */
export type ReportSpan = (offset: number, end: number, code: ProblemCode, message: string) => void;

export const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Finds what data may not have, without following aliases.
 *
 * @param report is told each finding with its start, its end, a code and a sentence
 * @returns whether the document can be made into data at all, and where its first alias is
 */
export function inspectDocument(
  top: unknown,
  report: ReportSpan,
  lineAt: (offset: number) => number,
): { readonly sound: boolean; readonly firstAlias: [number, number] } {
  let sound = true;
  let firstAlias: [number, number] | undefined;
  const anchors = new Set<string>();
  const refuse = (node: unknown, code: ProblemCode, message: string): void => {
    sound = false;
    report(...rangeOf(node), code, message);
  };
  const visit = (node: unknown, depth: number, around: readonly string[]): void => {
    if (isAlias(node)) {
      firstAlias ??= rangeOf(node);
      if (around.includes(node.source))
        refuse(node, 'E006', `The alias *${node.source} stands inside the value that it repeats.`);
      else if (!anchors.has(node.source))
        refuse(
          node,
          'E003',
          `There is no anchor &${node.source} before this alias. Put a text that begins with * in quotes.`,
        );
      return;
    }
    if (isScalar(node)) {
      if (node.anchor !== undefined) anchors.add(node.anchor);
      if (typeof node.value === 'number')
        inspectNumber(node.value, node.source ?? '', (sentence) => report(...rangeOf(node), 'E009', sentence));
      return;
    }
    if (!isMap(node) && !isSeq(node)) return;
    if (depth > maxDepth) {
      refuse(node, 'E007', `Values are nested more than ${maxDepth} levels deep here.`);
      return;
    }
    if (node.anchor !== undefined) anchors.add(node.anchor);
    const inside = node.anchor === undefined ? around : [...around, node.anchor];
    const seen = new Map<string, number>();
    for (const item of node.items) {
      if (!isPair(item)) visit(item, depth + 1, inside);
      else if (!isScalar(item.key)) refuse(item.key, 'E009', 'A key must be a plain text.');
      else {
        inspectKey(item.key, seen, report, lineAt);
        visit(item.value, depth + 1, inside);
      }
    }
  };
  visit(top, 1, []);
  return { sound, firstAlias: firstAlias ?? [0, 1] };
}

function inspectKey(
  key: Scalar,
  seen: Map<string, number>,
  report: ReportSpan,
  lineAt: (offset: number) => number,
): void {
  const name = String(key.value);
  const [start, end] = rangeOf(key);
  if (forbiddenKeys.has(name)) report(start, end, 'E009', `Key "${name}" is not allowed anywhere in a job file.`);
  const first = seen.get(name);
  if (first === undefined) seen.set(name, start);
  else report(start, end, 'E005', `Key "${name}" is written twice; the first is on line ${lineAt(first)}.`);
}

function inspectNumber(value: number, source: string, refuse: (sentence: string) => void): void {
  if (!Number.isFinite(value)) refuse(`${source} is not a number that a job file can hold.`);
  else if (/^[-+]?\d+$/.test(source) && !Number.isSafeInteger(value) && String(value) !== source.replace('+', ''))
    refuse(`${source} is too large to be kept exactly; put it in quotes to pass it as text.`);
}

/** Where a node stands in the text. */
export function rangeOf(node: unknown): [number, number] {
  const range = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range : undefined;
  return range ? [range[0], range[1]] : [0, 1];
}
