import { Button, SegmentedControl } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { IconMinus, IconPlus, IconZoomReset } from '@tabler/icons-react';
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import type { RankInfo } from '../../shared/engine-info';
import type { RangePiece, RangeSelection } from '../../shared/range';
import type { ResultRef } from '../../shared/result';
import { bridge } from '../bridge';
import { formatCount } from '../lib/format';
import type { RangeColors } from '../lib/paint-range';
import { allOf, indexAt, isAll, panRange, type Shown, showIndex, zoomRange, zoomTo } from '../lib/range-view';
import { useWheel } from '../lib/use-wheel';
import type { RangeState } from '../state/use-range';
import { ToolButton } from '../views/view-frame';
import { RangeAxis } from './range-axis';
import { RangeLegend } from './range-legend';
import classes from './range-map.module.css';
import { PieceText, SelectionBar } from './range-texts';
import { useRangePaint } from './use-range-canvas';

/** Shows an index in the range. */
export interface RangeLocator {
  readonly locate: (index: number) => void;
}

interface RangeMapProps {
  readonly source: ResultRef;
  /** Number of indices. */
  readonly range: number;
  /** Null while main knows nothing of the run: then the parts of the ranks are shown. */
  readonly state: RangeState | null;
  readonly ranks: readonly RankInfo[];
  readonly shown: Shown;
  readonly onShow: (shown: Shown) => void;
  /** Number of cells that there is room for. */
  readonly onRoom: (cells: number) => void;
  /** Further tools beside those of the strip. */
  readonly tools: ReactNode;
  readonly locator: Ref<RangeLocator>;
  /** What an index stands for, one and several of them. */
  readonly noun: readonly [one: string, many: string];
  /** What can be done with a selected piece of the range. */
  readonly actions?: (selection: RangeSelection) => ReactNode;
}

/** Pixels that a press may move and still be a click. */
const clickDistance = 4;

/** The whole range as one strip that can be zoomed: what became of each index, and by whom. */
export function RangeMap(props: RangeMapProps) {
  const { source, range, state, shown, onShow, onRoom, tools, locator, noun, actions } = props;
  const [colors, setColors] = useState<RangeColors>('rank');
  const [piece, setPiece] = useState<RangePiece | null>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const [selection, setSelection] = useState<RangeSelection | null>(null);
  const [stretch, setStretch] = useState<Shown | null>(null);
  const press = useRef<{ x: number; at: number; moved: boolean; selects: boolean } | null>(null);
  const size = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const wheel = useWheel({
    zoom: (factor, at) => onShow(zoomRange(shown, range, factor, at)),
    pan: (share) => onShow(panRange(shown, range, share)),
  });
  const strip = useRef<HTMLDivElement>(null);
  const frame = useMergedRef(size.ref, wheel, strip);
  const latestPoint = useRef(0);

  useEffect(
    () => onRoom(Math.max(16, Math.min(2000, Math.round(size.width * window.devicePixelRatio)))),
    [size.width, onRoom],
  );
  useRangePaint(canvas, props, colors, size.width, size.height);

  const point = async (index: number): Promise<RangePiece | null> => {
    latestPoint.current += 1;
    const own = latestPoint.current;
    const found = await bridge.getPiece(source, index);
    if (own === latestPoint.current) setPiece(found);
    return found;
  };
  const leave = (): void => {
    latestPoint.current += 1;
    setPiece(null);
  };
  const select = async (start: number, end: number): Promise<void> =>
    setSelection(await bridge.getSelection(source, start, end));
  const shareAt = (event: PointerEvent): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return box.width === 0 ? 0 : Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
  };

  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    press.current = {
      x: event.clientX,
      at: indexAt(shown, range, shareAt(event)),
      moved: false,
      selects: event.shiftKey,
    };
  };
  const onPointerMove = (event: PointerEvent): void => {
    const held = press.current;
    const index = indexAt(shown, range, shareAt(event));
    if (held === null) {
      void point(index);
      return;
    }
    held.moved ||= Math.abs(event.clientX - held.x) > clickDistance;
    if (!held.moved) return;
    if (held.selects) setStretch({ from: Math.min(held.at, index), to: Math.max(held.at, index) + 1 });
    else {
      onShow(panRange(shown, range, (held.x - event.clientX) / Math.max(1, size.width)));
      held.x = event.clientX;
    }
  };
  const onPointerUp = (event: PointerEvent): void => {
    const held = press.current;
    press.current = null;
    if (stretch !== null) void select(stretch.from, stretch.to);
    else if (held !== null && !held.moved)
      void point(indexAt(shown, range, shareAt(event))).then((found) => found && select(found.start, found.end));
    setStretch(null);
  };
  /** Goes from piece to piece, with the readout below telling each. */
  const step = async (by: number): Promise<void> => {
    const from = cursor ?? indexAt(shown, range, 0.5);
    const found = cursor === null ? null : (piece ?? (await point(from)));
    const next = found === null ? from : by > 0 ? found.end : found.start - 1;
    const index = Math.max(0, Math.min(range - 1, next));
    setCursor(index);
    onShow(showIndex(shown, range, index));
    await point(index);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    const side = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (side !== 0 && event.shiftKey) void step(side);
    else if (side !== 0) onShow(panRange(shown, range, side / 8));
    else if (event.key === '+' || event.key === '=') onShow(zoomRange(shown, range, 1.6, 0.5));
    else if (event.key === '-') onShow(zoomRange(shown, range, 1 / 1.6, 0.5));
    else if (event.key === '0') onShow(allOf(range));
    else if (event.key === 'Home') onShow(panRange(shown, range, -Infinity));
    else if (event.key === 'End') onShow(panRange(shown, range, Infinity));
    else if (event.key === 'Enter' && piece !== null) void select(piece.start, piece.end);
    else if (event.key === 'Escape' && (selection !== null || cursor !== null)) {
      setSelection(null);
      setCursor(null);
      leave();
    } else return;
    event.preventDefault();
  };

  useImperativeHandle(locator, () => ({
    locate: (index) => {
      setCursor(index);
      onShow(showIndex(shown, range, index));
      void point(index);
      strip.current?.scrollIntoView({ block: 'nearest' });
      strip.current?.focus();
    },
  }));

  const place = (index: number): string => `${((index - shown.from) / (shown.to - shown.from)) * 100}%`;
  const marked = stretch ?? (selection === null ? null : { from: selection.start, to: selection.end });
  return (
    <section className={classes.map} aria-label="Range">
      <div className={classes.overview} aria-hidden="true">
        {!isAll(shown, range) && (
          <span
            className={classes.window}
            style={{ left: `${(shown.from / range) * 100}%`, width: `${((shown.to - shown.from) / range) * 100}%` }}
          />
        )}
      </div>
      <div
        ref={frame}
        className={classes.strip}
        role="group"
        aria-label="Range of the job: arrows move it, + and - zoom, 0 shows all, Shift+arrows go from piece to piece, Enter selects one"
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerLeave={leave}
        onDoubleClick={() => onShow(allOf(range))}
      >
        <canvas
          ref={canvas}
          className={classes.canvas}
          role="img"
          aria-label={describe(range, state)}
          data-testid="range"
        />
        {marked !== null && (
          <span
            className={classes.marked}
            style={{ left: place(marked.from), width: `calc(${place(marked.to)} - ${place(marked.from)})` }}
          />
        )}
        {cursor !== null && <span className={classes.cursor} style={{ left: place(cursor + 0.5) }} />}
      </div>
      <RangeAxis shown={shown} width={size.width} />
      <div className={classes.below}>
        <div className={`${classes.readout} num`} aria-live="polite" data-testid="piece">
          {piece === null ? (
            <RangeLegend totals={state?.totals ?? null} colors={colors} />
          ) : (
            <PieceText piece={piece} />
          )}
        </div>
        <SegmentedControl
          size="xs"
          data={[
            { value: 'rank', label: 'By rank' },
            { value: 'state', label: 'By state' },
          ]}
          value={colors}
          onChange={(value) => setColors(value === 'state' ? 'state' : 'rank')}
          aria-label="Colours of the range"
        />
        <ToolButton
          label="Less (-)"
          icon={<IconMinus size={15} />}
          onClick={() => onShow(zoomRange(shown, range, 1 / 1.6, 0.5))}
        />
        <ToolButton
          label="Closer (+)"
          icon={<IconPlus size={15} />}
          onClick={() => onShow(zoomRange(shown, range, 1.6, 0.5))}
        />
        <ToolButton
          label="The whole range (0)"
          icon={<IconZoomReset size={16} stroke={1.7} />}
          disabled={isAll(shown, range)}
          onClick={() => onShow(allOf(range))}
        />
        {tools}
      </div>
      {selection !== null && (
        <SelectionBar selection={selection} noun={noun} onClear={() => setSelection(null)}>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => onShow(zoomTo(selection.start, selection.end, range))}
          >
            Zoom to it
          </Button>
          {actions?.(selection)}
        </SelectionBar>
      )}
    </section>
  );
}

function describe(range: number, state: RangeState | null): string {
  const done = state?.totals[2] ?? 0;
  return `Range of ${formatCount(range)} indices, ${formatCount(done)} of them done`;
}
