import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import classes from './splitter.module.css';

interface SplitterProps {
  readonly label: string;
  /** Height of what is above it, in pixels. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** Null: as high as it needs to be. */
  readonly onChange: (value: number | null) => void;
}

const step = 24;

/** A bar between two panels: dragged, or moved by the arrow keys; a double click or Enter goes back to what fits. */
export function Splitter({ label, value, min, max, onChange }: SplitterProps) {
  const drag = useRef<number | null>(null);
  const set = (next: number): void => onChange(Math.max(min, Math.min(max, next)));
  const onPointerMove = (event: PointerEvent): void => {
    if (drag.current !== null) set(event.clientY - drag.current);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const targets: Record<string, number> = { ArrowUp: value - step, ArrowDown: value + step, Home: min, End: max };
    const target = targets[event.key];
    if (target !== undefined) set(target);
    else if (event.key === 'Enter') onChange(null);
    else return;
    event.preventDefault();
  };
  return (
    <div
      className={classes.splitter}
      role="separator"
      aria-orientation="horizontal"
      aria-label={label}
      aria-valuenow={Math.round(value)}
      aria-valuemin={min}
      aria-valuemax={Math.round(max)}
      tabIndex={0}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = event.clientY - value;
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
