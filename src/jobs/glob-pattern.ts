/**
 * Globs, read into segments that are matched in time proportional to their lengths, whatever they are: job files come
 * from strangers, and a glob made into a regular expression can keep a processor busy for years.
 *
 * `*` and `?` stand for characters of one name, `[a-z]` and `[!a-z]` for one of a set, `**` as a whole segment for any
 * folders, `{a,b}` and `{1..9}` for alternatives; a backslash takes the meaning from what follows. Names that begin
 * with a dot are only found by a segment that begins with one.
 */

/** One part of a path between two slashes. */
export type Segment =
  /** Any folders, none included. */
  | { readonly kind: 'any' }
  /** Exactly this name. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'pattern'; readonly tokens: readonly Token[]; readonly hasDot: boolean };

type Token =
  | { readonly kind: 'star' }
  | { readonly kind: 'one' }
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'set'; readonly isNegated: boolean; readonly ranges: readonly (readonly [string, string])[] };

/** A path with wildcards: its segments from the folder on that relative paths begin at, or from the root. */
export interface Glob {
  readonly isAbsolute: boolean;
  readonly segments: readonly Segment[];
}

/** A glob that cannot be used; the message says why, as a whole sentence. */
export class GlobError extends Error {}

/** Most patterns that the braces of all globs of one search may stand for. */
const maxAlternatives = 1000;

/** Most parts of one path. */
const maxSegments = 100;

/**
 * Reads globs, with their braces expanded.
 *
 * @throws GlobError when one cannot be used, or when they come to too many
 */
export function parseGlobs(patterns: readonly string[]): Glob[] {
  const expanded: string[] = [];
  for (const pattern of patterns) {
    refuseForeign(pattern);
    expanded.push(...expandBraces(pattern, maxAlternatives - expanded.length));
  }
  return expanded.map(parseGlob);
}

/** What other tools give a meaning to, and what would find nothing here, is refused by name. */
function refuseForeign(pattern: string): void {
  if (pattern.startsWith('!'))
    throw new GlobError(
      `The glob ${JSON.stringify(pattern)} begins with "!"; write what is to be left out into "exclude".`,
    );
  if (/[!?*+@]\(/.test(pattern))
    throw new GlobError(
      `The glob ${JSON.stringify(pattern)} has parentheses, which have no meaning here; use { } and "exclude".`,
    );
}

/** The texts that a text with braces stands for; braces without a comma or two dots are plain characters. */
export function expandBraces(text: string, limit: number): ReadonlySet<string> {
  // Each step takes one group apart. What is too much shows before it has been made.
  let open = new Set([text]);
  const done = new Set<string>();
  while (open.size > 0) {
    const next = new Set<string>();
    const add = (set: Set<string>, pattern: string): void => {
      set.add(pattern);
      if (next.size + done.size > limit)
        throw new GlobError(`The globs stand for more than ${maxAlternatives} patterns; name fewer, or a folder.`);
    };
    for (const current of open) {
      const group = findGroup(current);
      if (!group) add(done, current);
      else
        for (const alternative of group.alternatives)
          add(next, current.slice(0, group.start) + alternative + current.slice(group.end));
    }
    open = next;
  }
  return done;
}

/** The first innermost group of braces that stands for something. */
function findGroup(text: string): { start: number; end: number; alternatives: Iterable<string> } | undefined {
  const starts: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '{') starts.push(at);
    else if (character === '}') {
      const start = starts.pop();
      if (start === undefined) continue;
      const alternatives = alternativesOf(text.slice(start + 1, at));
      if (alternatives) return { start, end: at + 1, alternatives };
    }
  }
  return undefined;
}

function alternativesOf(inside: string): Iterable<string> | undefined {
  const [, from, to] = /^(-?\d{1,15})\.\.(-?\d{1,15})$/.exec(inside) ?? [];
  if (from !== undefined && to !== undefined) return numbersBetween(from, to);
  const [, first, last] = /^([A-Za-z])\.\.([A-Za-z])$/.exec(inside) ?? [];
  if (first !== undefined && last !== undefined) return lettersBetween(first, last);
  // A backslash keeps the comma after it.
  const parts = inside.match(/(?:\\.|[^\\,])+|(?<=^|,)(?=,|$)/gs) ?? [];
  return parts.length > 1 ? parts : undefined;
}

/** `08..11` keeps its width: 08, 09, 10, 11. Lazily, since a thousand are too many already. */
function* numbersBetween(from: string, to: string): Iterable<string> {
  const isPadded = [from, to].some((text) => /^-?0\d/.test(text));
  const width = isPadded ? Math.max(from.length, to.length) : 0;
  const step = Number(from) <= Number(to) ? 1 : -1;
  for (let number = Number(from); step * number <= step * Number(to); number += step)
    yield number < 0 ? `-${String(-number).padStart(width - 1, '0')}` : String(number).padStart(width, '0');
}

function* lettersBetween(first: string, last: string): Iterable<string> {
  const [from, to] = [first.charCodeAt(0), last.charCodeAt(0)];
  const step = from <= to ? 1 : -1;
  for (let code = from; step * code <= step * to; code += step) yield String.fromCharCode(code);
}

function parseGlob(pattern: string): Glob {
  const isAbsolute = pattern.startsWith('/');
  const parts = pattern.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0) throw new GlobError(`The glob ${JSON.stringify(pattern)} names no file.`);
  if (parts.length > maxSegments) throw new GlobError(`A glob has more than ${maxSegments} folders in it.`);
  const firstWild = parts.findIndex((part) => parseSegment(part).kind !== 'name');
  if (firstWild >= 0 && parts.includes('..', firstWild))
    throw new GlobError(
      `The glob ${JSON.stringify(pattern)} has ".." after a wildcard; it can only be at the beginning.`,
    );
  // Two in a row stand for what one stands for.
  const segments = parts
    .map(parseSegment)
    .filter(({ kind }, index, all) => kind !== 'any' || all[index - 1]?.kind !== 'any');
  return { isAbsolute, segments };
}

function parseSegment(part: string): Segment {
  if (part === '**') return { kind: 'any' };
  const tokens = tokensOf(part);
  const characters = tokens.flatMap((token) => (token.kind === 'character' ? [token.character] : []));
  if (characters.length === tokens.length) return { kind: 'name', name: characters.join('') };
  const [first] = tokens;
  return { kind: 'pattern', tokens, hasDot: first?.kind === 'character' && first.character === '.' };
}

function tokensOf(part: string): Token[] {
  const characters = Array.from(part);
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    if (character === '*') {
      if (tokens.at(-1)?.kind !== 'star') tokens.push({ kind: 'star' });
    } else if (character === '?') tokens.push({ kind: 'one' });
    else if (character === '\\' && at + 1 < characters.length) {
      at += 1;
      tokens.push({ kind: 'character', character: characters[at] ?? '' });
    } else {
      const set = character === '[' ? setAt(characters, at) : undefined;
      tokens.push(set?.token ?? { kind: 'character', character });
      if (set) at = set.last;
    }
  }
  return tokens;
}

/** A set of characters, up to its bracket; a bracket that is not closed is a plain character. */
function setAt(characters: readonly string[], start: number): { token: Token; last: number } | undefined {
  const isNegated = characters[start + 1] === '!' || characters[start + 1] === '^';
  const first = start + (isNegated ? 2 : 1);
  // A bracket right at the beginning belongs to the set.
  const last = characters.indexOf(']', first + 1);
  if (last < 0) return undefined;
  const ranges: [string, string][] = [];
  for (let at = first; at < last; at += 1) {
    const from = characters[at] ?? '';
    const isRange = characters[at + 1] === '-' && at + 2 < last;
    ranges.push([from, isRange ? (characters[at + 2] ?? '') : from]);
    if (isRange) at += 2;
  }
  return { token: { kind: 'set', isNegated, ranges }, last };
}

/** Whether a name fits a segment that is not `**`. */
export function matchesName(segment: Segment, name: string, findsDots: boolean): boolean {
  if (segment.kind === 'any') return findsDots || !name.startsWith('.');
  if (segment.kind === 'name') return segment.name === name;
  if (name.startsWith('.') && !segment.hasDot && !findsDots) return false;
  return matchesTokens(segment.tokens, Array.from(name));
}

/** Goes back only to the last star: what a star before it could take, that one can take too. */
function matchesTokens(tokens: readonly Token[], name: readonly string[]): boolean {
  let at = 0;
  let token = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    const current = tokens[token];
    if (current?.kind === 'star') {
      star = token;
      starAt = at;
      token += 1;
    } else if (current && matchesOne(current, name[at] ?? '')) {
      token += 1;
      at += 1;
    } else if (star >= 0) {
      starAt += 1;
      at = starAt;
      token = star + 1;
    } else return false;
  }
  while (tokens[token]?.kind === 'star') token += 1;
  return token === tokens.length;
}

function matchesOne(token: Token, character: string): boolean {
  switch (token.kind) {
    case 'star':
    case 'one':
      return true;
    case 'character':
      return token.character === character;
    case 'set':
      return token.ranges.some(([from, to]) => from <= character && character <= to) !== token.isNegated;
  }
}

/**
 * Whether a path fits a glob; for leaving files out, so names that begin with a dot are found too.
 *
 * @param names the parts of the path, beginning where the glob begins
 */
export function matchesPath({ segments }: Pick<Glob, 'segments'>, names: readonly string[]): boolean {
  // Which numbers of segments may be behind us: a path is walked once, however many `**` there are.
  let states = closure(new Set([0]), segments);
  for (const name of names) {
    const next = new Set<number>();
    for (const state of states) {
      const segment = segments[state];
      if (segment?.kind === 'any') next.add(state);
      else if (segment && matchesName(segment, name, true)) next.add(state + 1);
    }
    if (next.size === 0) return false;
    states = closure(next, segments);
  }
  return states.has(segments.length);
}

/** Adds what can be reached because `**` may stand for no folder at all. */
export function closure(states: Set<number>, segments: readonly Segment[]): Set<number> {
  for (const state of states) if (segments[state]?.kind === 'any') states.add(state + 1);
  return states;
}
