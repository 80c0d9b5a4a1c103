import type { CSSProperties } from 'react';

/** Number of colours in the style sheet's palette. */
export const rankColors = 8;

/** Sets `--rank` to the colour of a rank, for an element and all in it. */
export const rankStyle = (index: number): CSSProperties & Record<'--rank', string> => ({
  '--rank': `var(--rank-${index % rankColors})`,
});
