import type { FileEntry, JobRow } from '../../shared/ipc';
import { type Section, sectionOf, sections } from './queue-order';

/** A line of the list: the heading of a part, a job file, or a job. */
export type QueueItem =
  | { readonly kind: 'section'; readonly section: Section; readonly count: number }
  | { readonly kind: 'file'; readonly key: number; readonly section: Section }
  | { readonly kind: 'job'; readonly key: number };

/** Which jobs are shown. */
export interface QueueFilter {
  /** Words that must all appear in label, id, target or file name. */
  readonly text: string;
  /** Null: all parts. */
  readonly section: Section | 'failed' | null;
}

export const noFilter: QueueFilter = { text: '', section: null };

export const isFiltering = ({ text, section }: QueueFilter): boolean => text.trim() !== '' || section !== null;

/**
 * The lines of the list. A file has a line wherever its jobs begin; one without jobs has its line among those that have
 * not been submitted.
 *
 * @param keys all jobs in the order of the queue
 */
export function queueItems(
  files: readonly FileEntry[],
  rows: ReadonlyMap<number, JobRow>,
  keys: readonly number[],
  filter: QueueFilter,
): QueueItem[] {
  const names = new Map(files.map(({ key, name }) => [key, name.toLowerCase()]));
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const hasJobs = new Set<number>();
  const parts: Record<Section, QueueItem[]> = { running: [], waiting: [], ready: [], ended: [] };
  const counts: Record<Section, number> = { running: 0, waiting: 0, ready: 0, ended: 0 };
  const lastFile: Partial<Record<Section, number>> = {};
  for (const key of keys) {
    const row = rows.get(key);
    if (row === undefined) continue;
    hasJobs.add(row.fileKey);
    const section = sectionOf(row);
    if (!fits(row, section, filter, words, names)) continue;
    if (lastFile[section] !== row.fileKey) parts[section].push({ kind: 'file', key: row.fileKey, section });
    lastFile[section] = row.fileKey;
    counts[section] += 1;
    parts[section].push({ kind: 'job', key });
  }
  for (const { key, name } of files) {
    if (hasJobs.has(key) || filter.section !== null) continue;
    if (words.every((word) => name.toLowerCase().includes(word)))
      parts.ready.push({ kind: 'file', key, section: 'ready' });
  }
  const shown = sections.filter((section) => parts[section].length > 0);
  return shown.flatMap((section) =>
    shown.length === 1 && section === 'ready'
      ? parts[section]
      : [{ kind: 'section' as const, section, count: counts[section] }, ...parts[section]],
  );
}

function fits(
  row: JobRow,
  section: Section,
  filter: QueueFilter,
  words: readonly string[],
  names: ReadonlyMap<number, string>,
): boolean {
  if (filter.section === 'failed' ? row.state !== 'failed' : filter.section !== null && filter.section !== section)
    return false;
  if (words.length === 0) return true;
  const text = `${row.label}\n${row.id}\n${row.target}`.toLowerCase();
  const name = names.get(row.fileKey) ?? '';
  return words.every((word) => text.includes(word) || name.includes(word));
}
