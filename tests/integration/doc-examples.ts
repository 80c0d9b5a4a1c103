// The code blocks of a page of the documentation, as files to write and programs to run.

/** A fenced block: what stands behind the fence, the text in it, and the line where it begins. */
interface Block {
  readonly language: string;
  readonly note: string;
  readonly text: string;
  readonly line: number;
}

/** A program of a page and what it prints, where `…` stands for any text. */
export interface Example {
  readonly line: number;
  readonly command: string;
  readonly args: readonly string[];
  readonly prints: string;
}

/** What a page asks for. `mistakes` tells which of its blocks break the rules below. */
export interface DocPage {
  /** By path, as the first line of each block names it. */
  readonly files: ReadonlyMap<string, string>;
  readonly examples: readonly Example[];
  readonly mistakes: readonly string[];
}

const code = new Set(['js', 'ts']);
const named = new Set([...code, 'yaml']);

/**
 * Reads a page. Its blocks follow these rules, so that no example stands there that nobody has tried:
 *
 * - The first line of a block of JavaScript, TypeScript or YAML names its file in a comment: `// sum.mjs`. Only a block
 *   that is no file at all may say so, with its reason: "```js not run: …".
 * - A block of JavaScript or of shell that is followed by a block of `output` is run, and prints that.
 * - Every other file is used by one that is run, or by another file: its name is found there.
 */
export function readPage(markdown: string): DocPage {
  const files = new Map<string, string>();
  const examples: Example[] = [];
  const mistakes: string[] = [];
  const unused = new Map<string, number>();
  const blocks = readBlocks(markdown);
  for (const [place, block] of blocks.entries()) {
    const { language, note, text, line } = block;
    const follower = blocks[place + 1];
    const output = follower?.language === 'output' ? follower : undefined;
    const wrong = (what: string): void => void mistakes.push(`line ${line}: ${what}`);
    if (language === 'sh' && output) {
      examples.push({ line, command: 'sh', args: ['-e', '-c', text], prints: output.text });
    } else if (named.has(language) && !/^not run: \S/.test(note)) {
      const name = /^(?:\/\/|#) ([\w./-]+)\n/.exec(text)?.[1];
      if (name === undefined) {
        if (code.has(language) || output) wrong('the first line has to name the file, as in "// sum.mjs"');
        continue;
      }
      if (files.has(name)) wrong(`there is a file ${name} already`);
      files.set(name, text);
      if (output) examples.push({ line, command: process.execPath, args: [name], prints: output.text });
      else unused.set(name, line);
    } else if (output) wrong(`nothing can be run of a block of ${language}`);
    const before = blocks[place - 1];
    if (language === 'output' && !(before && (before.language === 'sh' || named.has(before.language))))
      wrong('output of what?');
  }
  for (const [name, line] of unused) {
    const base = name.split('/').at(-1) ?? name;
    const isUsed = blocks.some((block) => block.line !== line && block.text.includes(base));
    if (!isUsed) mistakes.push(`line ${line}: ${name} is used by no example`);
  }
  return { files, examples, mistakes };
}

/** Whether a program has printed what the page says. */
export function isAsPrinted(printed: string, expected: string): boolean {
  const pattern = expected
    .trimEnd()
    .split('…')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^]*');
  return new RegExp(`^${pattern}$`).test(printed.trimEnd());
}

/** The links of a page that lead into the project: path (empty for the page itself) and anchor (empty for none). */
export function readLinks(markdown: string): { readonly path: string; readonly anchor: string }[] {
  const prose = markdown.replaceAll(/^```[^]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^()\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path = '', anchor = ''] = link.split('#');
      return { path, anchor };
    });
}

/** The anchors of a page's headings, as GitHub makes them. */
export function readAnchors(markdown: string): string[] {
  const prose = markdown.replaceAll(/^```[^]*?^```/gm, '');
  return [...prose.matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

function readBlocks(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { language: string; note: string; line: number; lines: string[] } | undefined;
  for (const [place, line] of markdown.split('\n').entries()) {
    const fence = /^```(\S*) *(.*)$/.exec(line);
    if (!fence) open?.lines.push(line);
    else if (open) {
      blocks.push({ ...open, text: `${open.lines.join('\n')}\n` });
      open = undefined;
    } else open = { language: fence[1] ?? '', note: fence[2] ?? '', line: place + 1, lines: [] };
  }
  return blocks;
}
