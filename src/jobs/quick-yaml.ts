import { forbiddenKeys, maxDepth } from './inspect-document';

/**
 * Reads the plain kind of YAML that most job files are written in, about twenty times as fast as the full reader,
 * because it keeps no positions. It gives up on whatever is not plain or not right: anchors, tags, block scalars,
 * texts over several lines, keys that are written twice, any mistake. The full reader then says what is in the file,
 * or what is wrong with it.
 *
 * @returns the data, or undefined when it gave up
 */
export function quickYaml(text: string): { readonly data: unknown } | undefined {
  if (unusual.test(text) || (text.includes('\r') && loneReturn.test(text))) return undefined;
  try {
    return { data: new QuickReader(text).document() };
  } catch (error) {
    if (error === givenUp) return undefined;
    throw error;
  }
}

const givenUp = new Error('Not plain YAML.');

function giveUp(): never {
  throw givenUp;
}

/** Control characters, byte order marks, and the marks of documents and directives. */
const unusual =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|^(?:---|\.\.\.|%)/m;
const loneReturn = /\r(?!\n)/;

/** A key of a block mapping with its colon. */
const blockKey = /[A-Za-z_][\w.-]{0,100}:(?= |\r?\n|$)/y;
/** What may follow a value on its line. */
const lineEnd = /(?: +#[^\n]*| *\r?)(?:\n|$)/y;
/** A plain text in a block: no indicator at its beginning, no `: ` and no ` #` in it. */
const blockPlain = /(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|[-?:](?=[^\s]))(?:[^\s:#]+|:(?=[^\s])|(?<=[^\s])#| +(?=[^\s#]))*/y;
/** The same inside of brackets, where commas and brackets end it too. */
const flowPlain =
  /(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?=[^\s,[\]{}]))(?:[^\s:#,[\]{}]+|:(?=[^\s,[\]{}])|(?<=[^\s])#| +(?=[^\s#:,[\]{}]))*/y;
const doubleQuoted = /"(?:[^"\\\n\t]|\\["\\/bfnrt]|\\u[0-9A-Fa-f]{4})*"/y;
const singleQuoted = /'(?:[^'\n\t]|'')*'/y;
const flowSpace = /[ \t\r\n]*/y;

class QuickReader {
  readonly #text: string;
  #at = 0;
  /** Whether the whole text is one flow collection, which may go over lines. */
  #isFlow = false;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    const first = this.#text.trimStart()[0];
    this.#isFlow = first === '{' || first === '[';
    if (this.#isFlow) {
      this.#skip(flowSpace);
      const data = this.#flow(1);
      this.#skip(flowSpace);
      return this.#at === this.#text.length ? data : giveUp();
    }
    const indent = this.#nextIndent();
    if (indent !== 0) giveUp();
    const data = this.#block(0, 1);
    return this.#nextIndent() === undefined ? data : giveUp();
  }

  /**
   * Goes to the beginning of the next line that is not empty.
   *
   * @returns how far its text is indented; undefined at the end
   */
  #nextIndent(): number | undefined {
    for (;;) {
      const start = this.#at;
      this.#skipSpaces();
      const character = this.#text[this.#at];
      if (character === undefined) return undefined;
      if (character === '#' || character === '\r' || character === '\n') {
        const end = this.#text.indexOf('\n', this.#at);
        this.#at = end < 0 ? this.#text.length : end + 1;
      } else {
        const indent = this.#at - start;
        this.#at = start;
        return indent;
      }
    }
  }

  /** The block whose lines begin at `indent`, from the beginning of its first line on. */
  #block(indent: number, depth: number): unknown {
    this.#at += indent;
    return this.#isDash(this.#at) ? this.#sequence(indent, depth) : this.#mapping(indent, depth);
  }

  #isDash(at: number): boolean {
    return this.#text[at] === '-' && this.#text[at + 1] === ' ';
  }

  /** From its first dash on. */
  #sequence(indent: number, depth: number): unknown[] {
    if (depth > maxDepth) giveUp();
    const items: unknown[] = [];
    for (;;) {
      this.#at += 1;
      const gap = this.#skipSpaces();
      items.push(this.#startsMapping() ? this.#mapping(indent + 1 + gap, depth + 1) : this.#inlineValue(indent, depth));
      // The list may stand right below its key, so the next key ends it too.
      const next = this.#nextIndent();
      if (next !== indent || !this.#isDash(this.#at + indent))
        return next === undefined || next <= indent ? items : giveUp();
      this.#at += indent;
    }
  }

  /** From its first key on. */
  #mapping(indent: number, depth: number): Record<string, unknown> {
    if (depth > maxDepth) giveUp();
    const entries: Record<string, unknown> = {};
    do {
      const key = (this.#match(blockKey) ?? giveUp()).slice(0, -1);
      if (typeof plainValue(key) !== 'string') giveUp();
      this.#add(entries, key, this.#valueAfterKey(indent, depth));
    } while (this.#isNext(indent));
    return entries;
  }

  /** Whether the next line belongs to the block at `indent`; if so, goes to its text. */
  #isNext(indent: number): boolean {
    const next = this.#nextIndent();
    if (next === undefined || next < indent) return false;
    // What is deeper would go on with the text of the line before.
    if (next > indent) giveUp();
    this.#at += indent;
    return true;
  }

  #startsMapping(): boolean {
    blockKey.lastIndex = this.#at;
    return blockKey.test(this.#text);
  }

  #valueAfterKey(indent: number, depth: number): unknown {
    if (!this.#skip(lineEnd)) {
      this.#skipSpaces();
      return this.#inlineValue(indent, depth);
    }
    const next = this.#nextIndent();
    if (next === undefined || next < indent) return null;
    if (next > indent) return this.#block(next, depth + 1);
    if (!this.#isDash(this.#at + indent)) return null;
    this.#at += indent;
    return this.#sequence(indent, depth + 1);
  }

  /** A value that begins and ends on this line, and the rest of the line. */
  #inlineValue(indent: number, depth: number): unknown {
    const value = this.#scalarOrFlow(depth);
    if (!this.#skip(lineEnd)) giveUp();
    const next = this.#nextIndent();
    if (next !== undefined && next > indent) giveUp();
    return value;
  }

  #scalarOrFlow(depth: number): unknown {
    switch (this.#text[this.#at]) {
      case '{':
      case '[':
        return this.#flow(depth + 1);
      case '"':
      case "'":
        return this.#quoted();
      default:
        return plainValue(this.#match(blockPlain) ?? giveUp());
    }
  }

  #quoted(): string {
    if (this.#text[this.#at] === '"') return String(JSON.parse(this.#match(doubleQuoted) ?? giveUp()));
    return (this.#match(singleQuoted) ?? giveUp()).slice(1, -1).replaceAll("''", "'");
  }

  /** From its bracket on. */
  #flow(depth: number): unknown {
    if (depth > maxDepth) giveUp();
    const isList = this.#text[this.#at] === '[';
    const close = isList ? ']' : '}';
    const items: unknown[] = [];
    const entries: Record<string, unknown> = {};
    this.#at += 1;
    this.#space();
    while (this.#text[this.#at] !== close) {
      if (isList) items.push(this.#flowValue(depth));
      else this.#flowEntry(entries, depth);
      this.#space();
      if (this.#text[this.#at] === ',') {
        this.#at += 1;
        this.#space();
      } else if (this.#text[this.#at] !== close) giveUp();
    }
    this.#at += 1;
    return isList ? items : entries;
  }

  #flowEntry(entries: Record<string, unknown>, depth: number): void {
    const isQuoted = this.#text[this.#at] === '"' || this.#text[this.#at] === "'";
    const key = isQuoted ? this.#quoted() : (this.#match(flowPlain) ?? giveUp());
    if (!isQuoted && typeof plainValue(key) !== 'string') giveUp();
    if (key.length > 200 || this.#text[this.#at] !== ':') giveUp();
    this.#at += 1;
    // Only after a key in quotes the value may follow at once.
    if (!isQuoted && !/\s/.test(this.#text[this.#at] ?? '')) giveUp();
    this.#space();
    this.#add(entries, key, this.#flowValue(depth));
  }

  #flowValue(depth: number): unknown {
    switch (this.#text[this.#at]) {
      case '{':
      case '[':
        return this.#flow(depth + 1);
      case '"':
      case "'": {
        const value = this.#quoted();
        // As a key of its own it would make a mapping of one.
        return this.#text.slice(this.#at).trimStart().startsWith(':') ? giveUp() : value;
      }
      default: {
        const value = plainValue(this.#match(flowPlain) ?? giveUp());
        this.#space();
        return /[,\]}]/.test(this.#text[this.#at] ?? '') ? value : giveUp();
      }
    }
  }

  #space(): void {
    if (this.#isFlow) this.#skip(flowSpace);
    else this.#skipSpaces();
  }

  #add(entries: Record<string, unknown>, key: string, value: unknown): void {
    if (forbiddenKeys.has(key) || Object.hasOwn(entries, key)) giveUp();
    entries[key] = value;
  }

  /** What matches here, which is then behind; found without the lists that `exec` makes. */
  #match(pattern: RegExp): string | undefined {
    const start = this.#at;
    return this.#skip(pattern) ? this.#text.slice(start, this.#at) : undefined;
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }

  #skipSpaces(): number {
    const start = this.#at;
    while (this.#text.charCodeAt(this.#at) === 0x20) this.#at += 1;
    return this.#at - start;
  }
}

/** What a plain text means in the core schema of YAML 1.2. */
function plainValue(text: string): unknown {
  const first = text.charCodeAt(0);
  const mayBeNumber = (first >= 0x2b && first <= 0x39) || first === 0x2e;
  if (mayBeNumber) {
    if (/^-?(?:0|[1-9]\d{0,14})$/.test(text)) return Number(text);
    if (/^-?\d{1,15}\.\d{1,15}$/.test(text)) return Number(text);
    // Everything else that could be some number: octal, with an exponent, too large.
    return /^[-+]?(?:\.?\d[\d.]*(?:[eE][-+]?\d+)?|\.(?:inf|Inf|INF)|0[ox][\dA-Fa-f]+)$/.test(text) ||
      /^\.nan$/i.test(text)
      ? giveUp()
      : text;
  }
  switch (text) {
    case 'true':
    case 'True':
    case 'TRUE':
      return true;
    case 'false':
    case 'False':
    case 'FALSE':
      return false;
    case 'null':
    case 'Null':
    case 'NULL':
    case '~':
      return null;
    default:
      return text;
  }
}
