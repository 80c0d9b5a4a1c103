import { useState } from 'react';
import type { ViewOf } from '../../shared/report';
import { formatCount, formatFigure } from '../lib/format';
import { CaptionedFigure } from './captioned-figure';
import classes from './histogram.module.css';

const width = 600;
const height = 220;

/** Bars of a histogram. Below the square root of the highest, a linear bar would not be seen: then heights are roots. */
export function HistogramView({ view }: { readonly view: ViewOf<'histogram'> }) {
  const [pointed, setPointed] = useState<number | null>(null);
  const { counts, edges, title, unit } = view;
  const highest = Math.max(1, ...counts);
  const lowest = Math.min(...counts.filter((count) => count > 0));
  const root = lowest < highest / 100;
  const barWidth = width / Math.max(1, counts.length);
  const heightOf = (count: number): number => {
    const share = root ? Math.sqrt(count / highest) : count / highest;
    return count === 0 ? 0 : Math.max(2, share * height);
  };
  const from = (index: number): string => formatFigure(edges[index] ?? 0);
  const shown =
    pointed === null ? null : `${from(pointed)} to ${from(pointed + 1)}: ${formatCount(counts[pointed] ?? 0)}`;
  return (
    <CaptionedFigure title={title} note={shown ?? (root ? 'square-root scale' : '')} className={classes.figure}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        className={classes.plot}
        role="img"
        aria-label={`${title}: ${counts.join(', ')}`}
      >
        {counts.map((count, index) => (
          // Bars have no identity but their place.
          <g key={index} onPointerEnter={() => setPointed(index)} onPointerLeave={() => setPointed(null)}>
            <rect x={index * barWidth} y={0} width={barWidth} height={height} className={classes.column} />
            <rect
              x={index * barWidth + barWidth * 0.04}
              y={height - heightOf(count)}
              width={barWidth * 0.92}
              height={heightOf(count)}
              className={index === pointed ? classes.pointed : classes.bar}
            />
          </g>
        ))}
      </svg>
      <div className={classes.axis}>
        <span>{from(0)}</span>
        <span>{from(Math.floor(counts.length / 2))}</span>
        <span>
          {from(counts.length)}
          {unit !== undefined && ` ${unit}`}
        </span>
      </div>
    </CaptionedFigure>
  );
}
