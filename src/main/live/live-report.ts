import type { LiveChange, LiveUpdate } from '../../shared/live';
import { isPatch, type Patch } from '../../shared/partial';
import type { Figure } from '../../shared/report';
import type { ShownView } from '../../shared/result';
import { checkReport, requireFigure, requireView } from '../results/report-schema';
import { showTable, showView } from '../results/shown-views';
import { LiveHistogram } from './live-histogram';
import { LiveImage } from './live-image';
import { LivePlot } from './live-plot';
import { LiveTable } from './live-table';
import type { LiveNews, LiveView } from './live-view';
import { weightOf } from './weight';

/** What one job may keep while it runs. */
const mostViews = 64;
const mostFigures = 200;
const mostBytes = 128 * 2 ** 20;
const mostReportBytes = 32 * 2 ** 20;
const mostProblems = 20;

/** What a patch may be for; it came from outside. */
const growing: ReadonlySet<string> = new Set<Patch['view']>(['image', 'rgba', 'histogram', 'table', 'line', 'scatter']);

/** The report that a rank has emitted last. */
interface RankReport {
  readonly figures: readonly Figure[];
  readonly views: readonly ShownView[];
  readonly bytes: number;
  isNew: boolean;
}

/**
 * The partial result of one run: what its ranks emit, merged into one report in bounded memory. There is one window
 * that looks at it; what it has been given is not given again unless it begins anew.
 */
export class LiveReport {
  /** Counts up with every change. */
  version = 0;
  readonly #views = new Map<string, LiveView>();
  readonly #figures = new Map<string, Figure>();
  readonly #reports = new Map<number, RankReport>();
  readonly #problems = new Set<string>();

  /** Whether there is anything to show. */
  get isEmpty(): boolean {
    return this.#views.size + this.#figures.size + this.#reports.size + this.#problems.size === 0;
  }

  /** Takes what a rank has emitted. What is no patch and no report is not for showing: false. */
  add(rank: number, value: unknown): boolean {
    const patches: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (patches.length > 0 && patches.every(isPatch)) for (const patch of patches) this.#addPatch(patch);
    else if (!this.#addReport(rank, value)) return false;
    this.version += 1;
    return true;
  }

  /** What has changed since the last call; with `fresh` all there is. */
  take(run: number, fresh: boolean): LiveUpdate {
    const changes: LiveChange[] = [];
    let more = false;
    const give = (news: LiveNews | null): void => {
      if (news === null) return;
      changes.push(news.change);
      more ||= news.more;
    };
    for (const view of this.#views.values()) give(view.take(fresh));
    const ids = [...this.#views.keys()];
    for (const [rank, report] of [...this.#reports].sort(([a], [b]) => a - b)) {
      for (const [place, view] of report.views.entries()) {
        const id = `rank ${rank}: ${place}`;
        ids.push(id);
        const title = `Rank ${rank}: ${view.title}`;
        if (fresh || report.isNew) changes.push({ id, title, note: null, kind: 'whole', view: { ...view, title } });
      }
      report.isNew = false;
    }
    return { run, fresh, more, figures: this.#allFigures(), ids, changes, problems: [...this.#problems] };
  }

  #addPatch(patch: Patch): void {
    try {
      if (patch.view === 'figure') this.#addFigure(patch);
      else this.#viewOf(patch).add(patch);
    } catch (error) {
      const what = patch.view === 'figure' ? patch.label : patch.title;
      this.#problem(what, error);
    }
  }

  /** The view that a patch is for; a new one when it is the first. */
  #viewOf(patch: Exclude<Patch, { view: 'figure' }>): LiveView {
    if (!growing.has(patch.view)) throw new TypeError(`there is no view "${patch.view}" that grows`);
    if (typeof patch.title !== 'string') throw new TypeError('title must be a text');
    if (patch.view === 'histogram' || patch.view === 'table' || patch.view === 'line' || patch.view === 'scatter')
      requireView(patch.view, patch);
    const id = `${patch.view}: ${patch.title}`;
    const known = this.#views.get(id);
    if (known !== undefined) return known;
    if (this.#views.size >= mostViews) throw new TypeError(`a job shows at most ${mostViews} views while it runs`);
    const view = makeView(id, patch);
    const bytes = [...this.#views.values()].reduce((sum, { bytes: own }) => sum + own, view.bytes);
    if (bytes > mostBytes) throw new TypeError('the views of this job take more memory than there is for them');
    this.#views.set(id, view);
    return view;
  }

  #addFigure({ label, value, unit, add }: Extract<Patch, { view: 'figure' }>): void {
    requireFigure({ label, value, ...(unit === undefined ? {} : { unit }) });
    const before = this.#figures.get(label);
    if (before === undefined && this.#figures.size >= mostFigures)
      throw new TypeError(`a job shows at most ${mostFigures} figures while it runs`);
    const sum =
      add === true && typeof value === 'number' && typeof before?.value === 'number' ? before.value + value : value;
    this.#figures.set(label, { label, value: sum, ...(unit === undefined ? {} : { unit }) });
  }

  #addReport(rank: number, value: unknown): boolean {
    const checked = checkReport(value);
    if (checked === null) return false;
    if (!checked.ok) {
      this.#problem(`the report of rank ${rank}`, new TypeError(checked.problem));
      return true;
    }
    const bytes = weightOf(checked.report);
    const others = [...this.#reports].reduce((sum, [other, report]) => (other === rank ? sum : sum + report.bytes), 0);
    if (bytes > mostReportBytes || bytes + others > mostBytes) {
      this.#problem(`the report of rank ${rank}`, new TypeError('it takes more memory than there is for it'));
      return true;
    }
    const views = checked.report.views.map((view) => (view.kind === 'table' ? showTable(view) : showView(view)));
    this.#reports.set(rank, { figures: checked.report.figures, views, bytes, isNew: true });
    return true;
  }

  #allFigures(): Figure[] {
    const own = [...this.#reports].sort(([a], [b]) => a - b);
    const several = own.length > 1;
    const ofRanks = own.flatMap(([rank, { figures }]) =>
      figures.map((figure) => (several ? { ...figure, label: `Rank ${rank}: ${figure.label}` } : figure)),
    );
    return [...this.#figures.values(), ...ofRanks];
  }

  #problem(what: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (this.#problems.size < mostProblems) this.#problems.add(`“${what.slice(0, 80)}” is not shown: ${reason}.`);
  }
}

function makeView(id: string, patch: Exclude<Patch, { view: 'figure' }>): LiveView {
  switch (patch.view) {
    case 'image':
    case 'rgba':
      return new LiveImage(id, patch);
    case 'histogram':
      return new LiveHistogram(id, patch.title);
    case 'table':
      return new LiveTable(id, patch);
    case 'line':
    case 'scatter':
      return new LivePlot(id, patch);
  }
}
