import type { RecentFile } from '../../shared/ipc-opening';
import type { Action } from '../actions/registry';
import type { WindowState } from '../state/window-state';

/** Something that the palette offers. */
export type Entry =
  | { readonly kind: 'action'; readonly action: Action }
  | { readonly kind: 'job'; readonly key: number; readonly title: string; readonly text: string }
  | { readonly kind: 'recent'; readonly path: string; readonly title: string; readonly text: string }
  | { readonly kind: 'file'; readonly key: number; readonly title: string; readonly text: string };

/** Most jobs and files that are offered for one text. */
const maxPlaces = 20;

/**
 * What fits a text: the actions that can be done now, and jobs and files by their names. Each word of the text must
 * begin or stand in the name; what begins with it comes first.
 */
export function findEntries(
  text: string,
  actions: readonly Action[],
  state: WindowState,
  recent: readonly RecentFile[],
): Entry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = actions
    .filter((action) => action.isEnabled(state))
    .map((action) => ({ action, score: scoreOf(words, action.title, action.keywords ?? '') }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ action }): Entry => ({ kind: 'action', action }));
  return words.length === 0
    ? found
    : [...found, ...filesFor(words, state), ...jobsFor(words, state), ...recentFor(words, state, recent)];
}

function filesFor(words: readonly string[], { files }: WindowState): Entry[] {
  return files
    .filter(({ name, title }) => scoreOf(words, name, title ?? '') > 0)
    .slice(0, maxPlaces)
    .map(({ key, name, title }) => ({ kind: 'file', key, title: name, text: title ?? 'Job file' }));
}

/** Recent files that are not open. */
function recentFor(words: readonly string[], { files }: WindowState, recent: readonly RecentFile[]): Entry[] {
  return recent
    .filter(({ path, name }) => scoreOf(words, name, path) > 0 && !files.some((file) => file.path === path))
    .map(({ path, name }) => ({ kind: 'recent', path, title: name, text: path }));
}

/** The first that fit, without looking at all of a long queue. */
function jobsFor(words: readonly string[], { order, rows, files }: WindowState): Entry[] {
  const entries: Entry[] = [];
  for (const key of order.keys) {
    const row = rows.get(key);
    if (row === undefined || scoreOf(words, row.label, row.id) === 0) continue;
    const file = files.find((entry) => entry.key === row.fileKey)?.name ?? '';
    entries.push({ kind: 'job', key, title: row.label, text: file });
    if (entries.length === maxPlaces) break;
  }
  return entries;
}

/** 0 when a word is nowhere; more the nearer the words stand to the begin of the title. */
export function scoreOf(words: readonly string[], title: string, more: string): number {
  const name = title.toLowerCase();
  let score = 1;
  for (const word of words) {
    if (name.startsWith(word)) score += 4;
    else if (name.includes(` ${word}`)) score += 3;
    else if (name.includes(word)) score += 2;
    else if (more.toLowerCase().includes(word)) score += 1;
    else return 0;
  }
  return score;
}
