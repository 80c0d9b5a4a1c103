import { indexStates, manyRanks, noRank } from '../../shared/range';
import type { Cells } from './range-cells';
import type { Shown } from './range-view';
import { rankColors } from './rank-color';
import { cssColor } from './use-scheme';

interface CanvasSize {
  readonly width: number;
  readonly height: number;
}

/** What the colours of a strip mean. */
export type RangeColors = 'rank' | 'state';

const states = indexStates.length;
/** What is wrong is seen however little it is beside the rest: so much of the height at least. */
const leastHeight = 0.34;

/** Colours of the theme for everything that a strip shows. */
export class RangePaint {
  readonly #context: CanvasRenderingContext2D;
  readonly #ranks: readonly string[];
  readonly #several = cssColor('--rank-several');
  readonly #track = cssColor('--sunken');
  readonly #surface = cssColor('--surface');
  readonly #done = cssColor('--good');
  readonly #running = cssColor('--accent');
  readonly #bad = cssColor('--bad');
  readonly #skipped: CanvasPattern | string;
  readonly #lost: CanvasPattern | string;

  constructor(context: CanvasRenderingContext2D) {
    this.#context = context;
    this.#ranks = Array.from({ length: rankColors }, (_, rank) => cssColor(`--rank-${rank}`));
    this.#skipped = hatch(context, cssColor('--line-strong'), this.#track);
    this.#lost = hatch(context, this.#surface, this.#bad);
  }

  /**
   * Paints cells one beside the other. Each is filled from below: what is done, what is being worked on; from above:
   * what has failed, was lost or is skipped. So the state is told by place and pattern too, not by colour alone.
   *
   * @param shown part of the range that the canvas shows; the cells may be of another one, until new ones have come
   */
  cells({ view, shares, ranks }: Cells, shown: Shown, colors: RangeColors, { width, height }: CanvasSize): void {
    const context = this.#context;
    context.fillStyle = this.#track;
    context.fillRect(0, 0, width, height);
    const pixels = width / (shown.to - shown.from);
    const perCell = (view.to - view.from) / view.cells;
    const first = Math.max(0, Math.floor((shown.from - view.from) / perCell));
    const last = Math.min(view.cells, Math.ceil((shown.to - view.from) / perCell));
    for (let cell = first; cell < last; cell += 1) {
      const left = Math.round((view.from + cell * perCell - shown.from) * pixels);
      const right = Math.round((view.from + (cell + 1) * perCell - shown.from) * pixels);
      const size = Math.max(1, right - left);
      const share = (state: number): number => (shares[cell * states + state] ?? 0) / 255;
      const [waiting, running, done, failed, lost, skipped] = indexStates.map((_, state) => share(state));
      const color = this.#rankColor(ranks[cell] ?? noRank);
      if ((waiting ?? 0) > 0 && color !== null) {
        context.globalAlpha = 0.16;
        this.#bar(color, left, size, 0, height);
        context.globalAlpha = 1;
      }
      let bottom = height;
      const fill = (style: string | CanvasPattern, part: number): void => {
        const tall = part * height;
        this.#bar(style, left, size, bottom - tall, tall);
        bottom -= tall;
      };
      fill(colors === 'state' ? this.#done : (color ?? this.#done), done ?? 0);
      if ((running ?? 0) > 0) {
        context.globalAlpha = 0.62;
        fill(colors === 'state' ? this.#running : (color ?? this.#running), Math.max(running ?? 0, 0));
        context.globalAlpha = 1;
      }
      let top = 0;
      const hang = (style: string | CanvasPattern, part: number, least: number): void => {
        if (part <= 0) return;
        const tall = Math.max(part, least) * height;
        this.#bar(style, left, size, top, tall);
        top += tall;
      };
      hang(this.#bad, failed ?? 0, leastHeight);
      hang(this.#lost, lost ?? 0, leastHeight);
      hang(this.#skipped, skipped ?? 0, 0);
    }
  }

  #rankColor(rank: number): string | null {
    if (rank === noRank) return null;
    return rank === manyRanks ? this.#several : (this.#ranks[rank % rankColors] ?? null);
  }

  #bar(style: string | CanvasPattern, left: number, width: number, top: number, height: number): void {
    if (height <= 0) return;
    this.#context.fillStyle = style;
    this.#context.fillRect(left, top, width, height);
  }
}

/** Diagonal lines; the plain colour where there is no canvas to draw them on. */
function hatch(context: CanvasRenderingContext2D, line: string, ground: string): CanvasPattern | string {
  const tile = document.createElement('canvas');
  tile.width = 6;
  tile.height = 6;
  const pen = tile.getContext('2d');
  if (pen === null) return ground;
  pen.fillStyle = ground;
  pen.fillRect(0, 0, 6, 6);
  pen.strokeStyle = line;
  pen.lineWidth = 1.6;
  pen.beginPath();
  for (const shift of [-6, 0, 6]) {
    pen.moveTo(shift, 6);
    pen.lineTo(shift + 6, 0);
  }
  pen.stroke();
  return context.createPattern(tile, 'repeat') ?? ground;
}
