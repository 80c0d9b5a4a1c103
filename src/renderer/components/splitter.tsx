import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import classes from './splitter.module.css';

interface SplitterProps {
  readonly label: string;
  /** How the bar itself lies: a vertical one stands between left and right. */
  readonly orientation?: 'horizontal' | 'vertical';
  /** Height of what is above it, or width of what is left of it, in pixels. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** Null: as large as it is by itself. */
  readonly onChange: (value: number | null) => void;
}

const step = 24;

/** A bar between two panels: dragged, or moved by the arrow keys; a double click or Enter goes back to what fits. */
export function Splitter({ label, orientation = 'horizontal', value, min, max, onChange }: SplitterProps) {
  const isVertical = orientation === 'vertical';
  const placeOf = (event: PointerEvent): number => (isVertical ? event.clientX : event.clientY);
  const drag = useRef<number | null>(null);
  const set = (next: number): void => onChange(Math.max(min, Math.min(max, next)));
  const onPointerMove = (event: PointerEvent): void => {
    if (drag.current !== null) set(placeOf(event) - drag.current);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const targets: Record<string, number> = {
      [isVertical ? 'ArrowLeft' : 'ArrowUp']: value - step,
      [isVertical ? 'ArrowRight' : 'ArrowDown']: value + step,
      Home: min,
      End: max,
    };
    const target = targets[event.key];
    if (target !== undefined) set(target);
    else if (event.key === 'Enter') onChange(null);
    else return;
    event.preventDefault();
  };
  return (
    <div
      className={`${classes.splitter} ${isVertical ? classes.vertical : classes.horizontal}`}
      role="separator"
      aria-orientation={orientation}
      aria-label={label}
      aria-valuenow={Math.round(value)}
      aria-valuemin={min}
      aria-valuemax={Math.round(max)}
      tabIndex={0}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = placeOf(event) - value;
      }}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        drag.current = null;
      }}
      onDoubleClick={() => onChange(null)}
      onKeyDown={onKeyDown}
    />
  );
}
