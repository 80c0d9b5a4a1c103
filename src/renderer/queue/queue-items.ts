import type { FileEntry, JobRow } from '../../shared/ipc';
import { QueueLines } from './queue-lines';
import type { OrderedJob, QueueOrder, Section } from './queue-order';

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
 * @param order all jobs in the order of the queue, with nothing waiting to be brought into place
 */
export function queueLines(files: readonly FileEntry[], order: QueueOrder, filter: QueueFilter): QueueLines {
  const words = wordsOf(filter);
  const empty = files.filter(
    ({ key, name }) =>
      filter.section === null &&
      order.ofFile(key).length === 0 &&
      words.every((word) => name.toLowerCase().includes(word)),
  );
  const fits = fitter(files, filter);
  const partOf = (section: Section): readonly OrderedJob[] =>
    isFiltering(filter) ? order.part(section).filter(({ row }) => fits(row, section)) : order.part(section);
  const parts = {
    running: partOf('running'),
    waiting: partOf('waiting'),
    ready: partOf('ready'),
    ended: partOf('ended'),
  };
  return new QueueLines(
    parts,
    empty.map(({ key }) => key),
    (key) => order.job(key),
  );
}

const wordsOf = ({ text }: QueueFilter): string[] => text.toLowerCase().split(/\s+/).filter(Boolean);

/** What is searched of a row: it stays the same for as long as the row does. */
const texts = new WeakMap<JobRow, string>();

function textOf(row: JobRow): string {
  const known = texts.get(row);
  if (known !== undefined) return known;
  const text = `${row.label}\n${row.id}\n${row.target}`.toLowerCase();
  texts.set(row, text);
  return text;
}

function fitter(files: readonly FileEntry[], filter: QueueFilter): (row: JobRow, section: Section) => boolean {
  const words = wordsOf(filter);
  const names = new Map(files.map(({ key, name }) => [key, name.toLowerCase()]));
  return (row, section) => {
    if (filter.section === 'failed' ? row.state !== 'failed' : filter.section !== null && filter.section !== section)
      return false;
    if (words.length === 0) return true;
    const text = textOf(row);
    const name = names.get(row.fileKey) ?? '';
    return words.every((word) => text.includes(word) || name.includes(word));
  };
}
