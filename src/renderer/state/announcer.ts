import { create } from 'zustand';
import type { JobRow, RowState } from '../../shared/ipc';
import { formatCount, formatPlural } from '../lib/format';
import { rowStates } from '../lib/states';

/** Who listens is told at most so often, in milliseconds: what comes meanwhile is told together. */
const pauseMs = 2000;

/** States that are worth a word, in the order in which they are counted. */
const told = [
  'failed',
  'done',
  'cancelled',
  'skipped',
  'running',
  'paused',
  'interrupted',
] as const satisfies RowState[];
type Told = (typeof told)[number];

const isTold = (state: RowState): state is Told => told.some((name) => name === state);

/** What is read out, for people who listen to the window. */
export const useAnnouncement = create<{ readonly text: string }>()(() => ({ text: '' }));

/**
 * Gathers what became of jobs and tells it in one sentence: of a single job its name and state, of several how many
 * there are of each.
 */
export class Announcer {
  readonly #say: (text: string) => void;
  readonly #schedule: (callback: () => void, ms: number) => void;
  readonly #news = new Map<number, { readonly label: string; readonly state: Told }>();
  #isWaiting = false;

  /**
   * @param say reads a sentence out
   * @param schedule calls back after a time; `setTimeout` unless a test says otherwise
   */
  constructor(
    say: (text: string) => void,
    schedule: (callback: () => void, ms: number) => void = (callback, ms) => void setTimeout(callback, ms),
  ) {
    this.#say = say;
    this.#schedule = schedule;
  }

  /** Takes rows that have changed, and what was known of them before. */
  observe(rows: readonly JobRow[], before: ReadonlyMap<number, JobRow>): void {
    for (const { key, label, state } of rows) {
      const known = before.get(key);
      if (known === undefined || known.state === state) continue;
      // Of a job that has gone on meanwhile only the latest is told.
      if (isTold(state)) this.#news.set(key, { label, state });
      else this.#news.delete(key);
    }
    if (!this.#isWaiting) this.#tell();
  }

  #tell(): void {
    if (this.#news.size === 0) return;
    this.#say(sentence([...this.#news.values()]));
    this.#news.clear();
    this.#isWaiting = true;
    this.#schedule(() => {
      this.#isWaiting = false;
      this.#tell();
    }, pauseMs);
  }
}

function sentence(news: readonly { readonly label: string; readonly state: Told }[]): string {
  const [first] = news;
  if (news.length === 1 && first !== undefined) return `${first.label}: ${wordOf(first.state)}`;
  const counts = told
    .map((state) => [state, news.filter((job) => job.state === state).length] as const)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${formatCount(count)} ${wordOf(state)}`);
  return `${formatPlural(news.length, 'job')}: ${counts.join(', ')}`;
}

const wordOf = (state: Told): string => rowStates[state].text.toLowerCase();

/** Tells the window's own listeners. */
export const announcer = new Announcer((text) => useAnnouncement.setState({ text }));
