import type { CSSProperties } from 'react';

/** Number of colours in the style sheet's palette. */
export const rankColors = 8;

/** Sets `--rank` to the colour of a rank, for an element and all in it. */
export const rankStyle = (index: number): RankStyle => colorStyle(`--rank-${index % rankColors}`);

/** Sets `--rank` to a colour of the style sheet. */
export const colorStyle = (name: `--${string}`): RankStyle => ({ '--rank': `var(${name})` });

type RankStyle = CSSProperties & Record<'--rank', string>;
