import { type BrowserWindow, dialog } from 'electron';
import { toErrorInfo } from '../../core/error-info';
import type { History } from '../../history';
import { replaceFile } from '../../jobs/replace-file';
import type { ExportAnswer, ExportKind, HistoryNews, HistoryQuery, HistoryRequests } from '../../shared/ipc-history';
import type { ResultRef } from '../../shared/result';
import type { RunQuery } from '../../shared/stored-run';
import type { RequestHandlers } from '../ipc';
import type { ListedJob } from '../listed-job';
import type { RunRecord } from '../runs/run-record';
import { chromeTrace } from './chrome-trace';
import { exportTexts } from './export-texts';
import { jobDetail, runDetail } from './run-detail';
import { tracedJob } from './traced-run';

export interface DeskParts {
  readonly history: () => Promise<History>;
  readonly window: () => BrowserWindow | null;
  readonly tell: (news: HistoryNews) => void;
  readonly job: (key: number) => Readonly<ListedJob> | undefined;
  readonly record: (ref: ResultRef) => RunRecord | undefined;
}

type DeskRequest = Exclude<
  keyof HistoryRequests,
  'rerunHistory' | 'resumeHistory' | 'listHistoryRun' | 'deleteHistory'
>;

const endings: Readonly<Record<ExportKind, readonly [name: string, ending: string]>> = {
  'runs-csv': ['runs', 'csv'],
  'jobs-csv': ['jobs', 'csv'],
  'items-csv': ['items', 'csv'],
  json: ['runs', 'json'],
  trace: ['trace', 'json'],
};

/** What the page of the history asks for: the list, what is kept of a run, and files with it. */
export class HistoryDesk {
  readonly #parts: DeskParts;
  #isWatched = false;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    // Where it cannot be opened nothing happens in it, and a notice has told so.
    parts.history().then(
      (history) =>
        history.onEvent((event) => {
          if (!this.#isWatched) return;
          if (event.type === 'changed') parts.tell({ runs: event.runs, removed: event.removed, all: event.all });
          else if (event.type === 'interrupted') parts.tell({ runs: event.runs, removed: [], all: false });
        }),
      () => undefined,
    );
  }

  requests(): Pick<RequestHandlers, DeskRequest> {
    const { history } = this.#parts;
    return {
      watchHistory: (isWatched) => {
        this.#isWatched = isWatched;
      },
      searchHistory: async (query) => (await history()).search(toRunQuery(query)),
      getHistoryLines: async (runs) => (await history()).lines(runs),
      getHistoryFacets: async () => (await history()).facets(),
      getHistoryRun: async (run) => await runDetail(await history(), run),
      getHistoryJob: async (run, job) => await jobDetail(await history(), run, job, process.env),
      exportHistory: async (kind, runs) => {
        const opened = await history();
        const [name, ending] = endings[kind];
        const [only] = runs;
        const suffix = runs.length === 1 && only !== undefined ? `run-${only}-` : '';
        return await this.#save(
          `${suffix}${name}.${ending}`,
          ending,
          runs.length,
          exportTexts(opened, kind, runs, process.env),
        );
      },
      exportTrace: async (ref) => await this.#saveTrace(ref),
    };
  }

  async #saveTrace(ref: ResultRef): Promise<ExportAnswer> {
    const { job, record, history } = this.#parts;
    const listed = job(ref.key);
    if (listed?.run !== ref.run) return { ok: false, problem: 'This job is not on the list any more.' };
    const known = record(ref);
    const name = `${listed.plan.key}-trace.json`;
    // Of a run of an earlier start only the history knows who did what.
    if (known === undefined && listed.entry !== null)
      return await this.#save(name, 'json', 1, exportTexts(await history(), 'trace', [listed.entry.run], process.env));
    return await this.#save(name, 'json', 1, once(JSON.stringify(chromeTrace(tracedJob(listed, known, Date.now())))));
  }

  /** Asks where to save, and writes there: all of it or nothing. */
  async #save(name: string, ending: string, count: number, texts: AsyncIterable<string>): Promise<ExportAnswer> {
    const window = this.#parts.window();
    if (window === null) return null;
    const { filePath, canceled } = await dialog.showSaveDialog(window, {
      defaultPath: name.replaceAll(/[\\/:*?"<>|\p{Cc}]+/gu, '_'),
      filters: [{ name: ending.toUpperCase(), extensions: [ending] }],
    });
    if (canceled || !filePath) return null;
    try {
      await replaceFile(filePath, texts);
      return { ok: true, path: filePath, count };
    } catch (error) {
      return { ok: false, problem: toErrorInfo(error).message };
    }
  }
}

/** What the database is asked for. */
export function toRunQuery(query: HistoryQuery): RunQuery {
  const { text, states, since, until, target, file, endedBefore, sort, descending } = query;
  return {
    text,
    ...(states.length > 0 && { states }),
    ...(since !== null && { since }),
    ...(until !== null && { until }),
    ...(target !== null && { targetIs: target }),
    ...(file !== null && { file }),
    ...(endedBefore !== null && { endedBefore }),
    sort,
    descending,
  };
}

async function* once(text: string): AsyncGenerator<string> {
  yield await Promise.resolve(text);
}
