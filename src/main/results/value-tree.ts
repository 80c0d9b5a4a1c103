import type { NodeKind, TreeNode, TreePage, TreePath } from '../../shared/result';

/** Longest text of a value in one line, and how many of its parts its short text names. */
const maxText = 1000;
const maxPreview = 80;
const maxPreviewParts = 5;

/** Most children in one answer. */
export const maxChildren = 1000;

/** A child of a value: how it is called, how source text would get it from its parent, and what it is. */
interface Child {
  readonly label: string;
  readonly access: string;
  readonly value: unknown;
}

/** An entry of a Map whose key is an object: shown with both, since neither tells the other. */
class Entry {
  constructor(
    readonly key: unknown,
    readonly value: unknown,
  ) {}
}

/** A value that can be shown as a line of a tree. */
export const rootNode = (value: unknown): TreeNode => describe({ label: 'result', access: 'result', value }, []);

/**
 * The children of the value at a path, at most {@link maxChildren}. A value that contains itself is shown once: where
 * it comes again, the line says where it was.
 *
 * @returns null when there is nothing at that path
 */
export function treePage(root: unknown, path: TreePath, offset: number, limit: number): TreePage | null {
  const trail = trailTo(root, path);
  if (trail === null) return null;
  const nodes: TreeNode[] = [];
  for (const child of childrenOf(trail.at(-1)?.value, offset, Math.min(limit, maxChildren)))
    nodes.push(describe(child, trail));
  return { offset, nodes };
}

/** The value at a path and the source text that gets it, such as `result.items[3]`; null when there is none. */
export function valueAt(root: unknown, path: TreePath): { readonly value: unknown; readonly source: string } | null {
  const trail = trailTo(root, path);
  return trail === null ? null : { value: trail.at(-1)?.value, source: sourceOf(trail) };
}

/** The value at the root and every one on the way to a path. */
function trailTo(root: unknown, path: TreePath): Child[] | null {
  const trail: Child[] = [{ label: 'result', access: 'result', value: root }];
  for (const place of path) {
    const [child] = childrenOf(trail.at(-1)?.value, place, 1);
    if (child === undefined) return null;
    trail.push(child);
  }
  return trail;
}

const sourceOf = (trail: readonly Child[]): string => trail.map(({ access }) => access).join('');

function describe({ label, value }: Child, ancestors: readonly Child[]): TreeNode {
  const again = typeof value === 'object' && value !== null ? ancestors.findIndex((one) => one.value === value) : -1;
  if (again >= 0)
    return { label, kind: 'circular', text: `→ ${sourceOf(ancestors.slice(0, again + 1))}`, size: 0, cut: false };
  const { kind, text } = tell(value, true);
  return { label, kind, text: text.slice(0, maxText), size: sizeOf(value), cut: text.length > maxText };
}

/** Kind and text of a value; with `open` what it holds is named in short. */
function tell(value: unknown, open: boolean): { readonly kind: NodeKind; readonly text: string } {
  switch (typeof value) {
    case 'string':
      // A very long text is not escaped as a whole only to be cut.
      return { kind: 'string', text: JSON.stringify(value.slice(0, maxText * 2)) };
    case 'number':
      return { kind: 'number', text: Object.is(value, -0) ? '-0' : String(value) };
    case 'bigint':
      return { kind: 'bigint', text: `${value}n` };
    case 'boolean':
      return { kind: 'boolean', text: String(value) };
    case 'undefined':
      return { kind: 'undefined', text: 'undefined' };
    case 'object':
      return value === null ? { kind: 'null', text: 'null' } : tellObject(value, open);
    default:
      return { kind: 'other', text: String(value) };
  }
}

function tellObject(value: object, open: boolean): { readonly kind: NodeKind; readonly text: string } {
  if (value instanceof Date)
    return { kind: 'date', text: Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString() };
  if (value instanceof RegExp) return { kind: 'regexp', text: String(value) };
  if (value instanceof Error) return { kind: 'error', text: `${value.name}: ${value.message}` };
  if (value instanceof Entry) return { kind: 'other', text: `${short(value.key)} => ${short(value.value)}` };
  const kind = containerKind(value);
  const name = nameOf(value);
  const sized = kind === 'object' && name === 'Object' ? '' : `${name}(${sizeOf(value)})`;
  return { kind, text: open ? `${sized} ${preview(value, kind)}`.trim() : sized === '' ? '{…}' : sized };
}

function containerKind(value: object): NodeKind {
  if (Array.isArray(value)) return 'array';
  if (value instanceof Map) return 'map';
  if (value instanceof Set) return 'set';
  if (value instanceof ArrayBuffer || value instanceof DataView) return 'bytes';
  return ArrayBuffer.isView(value) ? 'typed-array' : 'object';
}

const nameOf = (value: object): string => Object.prototype.toString.call(value).slice(8, -1);

/** The first parts of a value: `[1, 2, 3, …]`, `{a: 1, b: Array(2), …}`. */
function preview(value: object, kind: NodeKind): string {
  const [opening, closing] = kind === 'array' || kind === 'typed-array' || kind === 'bytes' ? '[]' : '{}';
  const named = kind === 'object' || kind === 'map';
  const parts: string[] = [];
  let length = 0;
  for (const child of childrenOf(value, 0, maxPreviewParts)) {
    const inner = child.value instanceof Entry ? short(child.value.value) : short(child.value);
    const part = named ? `${child.label}: ${inner}` : inner;
    length += part.length + 2;
    if (parts.length > 0 && length > maxPreview) break;
    parts.push(part);
  }
  if (parts.length < sizeOf(value)) parts.push('…');
  return `${opening ?? ''}${parts.join(', ')}${closing ?? ''}`;
}

/** A value in a few characters. */
export function short(value: unknown): string {
  const { text } = tell(value, false);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** Number of children of a value. */
export function sizeOf(value: unknown): number {
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof RegExp) return 0;
  if (value instanceof Entry) return 2;
  if (Array.isArray(value)) return value.length;
  if (value instanceof Map || value instanceof Set) return value.size;
  if (value instanceof ArrayBuffer || value instanceof DataView) return value.byteLength;
  if (ArrayBuffer.isView(value)) return 'length' in value && typeof value.length === 'number' ? value.length : 0;
  return keysOf(value).length;
}

/** The keys of large objects are asked for page by page. */
const knownKeys = new WeakMap<object, readonly string[]>();

function keysOf(value: object): readonly string[] {
  const known = knownKeys.get(value);
  if (known !== undefined) return known;
  const own = Object.keys(value);
  // What makes an error an error is not enumerable.
  const hidden = value instanceof Error ? ['name', 'message', 'cause', 'stack'] : [];
  const keys = [...hidden.filter((key) => key === 'name' || Object.hasOwn(value, key)), ...own];
  if (keys.length > maxChildren) knownKeys.set(value, keys);
  return [...new Set(keys)];
}

/** The children of a value from `offset` on, at most `limit`. */
export function* childrenOf(value: unknown, offset: number, limit: number): Generator<Child, undefined> {
  if (typeof value !== 'object' || value === null) return;
  const end = Math.min(offset + limit, sizeOf(value));
  if (end <= offset) return;
  if (value instanceof Entry) {
    for (const key of (['key', 'value'] as const).slice(offset, end))
      yield { label: key, access: key === 'value' ? '' : '/* key */', value: value[key] };
  } else if (Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    const items = elementsOf(value);
    for (let index = offset; index < end; index += 1)
      yield { label: String(index), access: `[${index}]`, value: items[index] };
  } else if (value instanceof Map) {
    for (const [key, inner] of slice<readonly [unknown, unknown]>(value.entries(), offset, end))
      yield mapChild(key, inner);
  } else if (value instanceof Set) {
    let index = offset;
    for (const inner of slice<unknown>(value.values(), offset, end)) {
      yield { label: String(index), access: `.values().toArray()[${index}]`, value: inner };
      index += 1;
    }
  } else {
    for (const key of keysOf(value).slice(offset, end)) {
      const plain = /^[A-Za-z_$][\w$]*$/.test(key);
      const quoted = JSON.stringify(key);
      yield { label: plain ? key : quoted, access: plain ? `.${key}` : `[${quoted}]`, value: Reflect.get(value, key) };
    }
  }
}

function mapChild(key: unknown, value: unknown): Child {
  const text = short(key);
  if (typeof key === 'object' && key !== null)
    return { label: text, access: `.get(${text})`, value: new Entry(key, value) };
  return { label: text, access: `.get(${tell(key, false).text})`, value };
}

function elementsOf(value: ArrayBuffer | ArrayBufferView | readonly unknown[]): ArrayLike<unknown> {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (value instanceof DataView) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return value as ArrayLike<unknown>;
}

function* slice<T>(items: Iterable<T>, from: number, to: number): Generator<T, undefined> {
  let index = 0;
  for (const item of items) {
    if (index >= to) return;
    if (index >= from) yield item;
    index += 1;
  }
}
