import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ItemRow } from '../../shared/items';
import { indexStates, manyRanks, noRank, type RangePiece, type RangeSelection } from '../../shared/range';
import { bridge } from '../bridge';
import { formatCount, formatDuration, formatPlural, formatRange } from '../lib/format';
import { indexLooks } from '../lib/states';
import classes from './range-map.module.css';

/** What is known of a piece of the range: whose it is, how long it took, why it failed. */
export function PieceText({ piece }: { readonly piece: RangePiece }) {
  if (piece.item !== null) return <ItemText piece={piece} item={piece.item} />;
  const { start, end, state, rank, began, ended, error } = piece;
  const { text, tone } = indexLooks[state];
  return (
    <p className={classes.piece}>
      <span className={classes.strong}>
        {end - start === 1 ? `Index ${formatCount(start)}` : formatRange(start, end)}
      </span>
      {rank !== noRank && <span>{rank === manyRanks ? 'several ranks' : `rank ${rank}`}</span>}
      <span className={`${classes.state} tone-${tone}`}>{text}</span>
      {began !== null && ended !== null && state !== 'skipped' && <span>took {formatDuration(ended - began)}</span>}
      {error !== null && <span className={classes.error}>{error}</span>}
    </p>
  );
}

/** What is known of the item that is pointed at, which is more than its piece tells. */
function ItemText({ piece, item }: { readonly piece: RangePiece; readonly item: ItemRow }) {
  const { text, tone } = indexLooks[item.state];
  const named = item.name !== String(item.index);
  return (
    <p className={classes.piece}>
      <span className={classes.strong}>Item {formatCount(item.index)}</span>
      {named && <span className={classes.name}>{item.name}</span>}
      {piece.rank !== noRank && piece.rank !== manyRanks && <span>rank {piece.rank}</span>}
      <span className={`${classes.state} tone-${tone}`}>{text}</span>
      {item.ms !== null && <span>took {formatDuration(item.ms)}</span>}
      {item.attempts > 1 && <span>{item.attempts} tries</span>}
      {item.state === 'failed' && <span className={classes.error}>{item.text}</span>}
      {piece.end - piece.start > 1 && <span className={classes.dim}>in {formatRange(piece.start, piece.end)}</span>}
    </p>
  );
}

interface SelectionBarProps {
  readonly selection: RangeSelection;
  /** What an index stands for, one and several of them. */
  readonly noun: readonly [one: string, many: string];
  readonly onClear: () => void;
  /** What can be done with it. */
  readonly children: ReactNode;
}

/** The selected piece of the range, and what can be done with it. */
export function SelectionBar({ selection, noun, onClear, children }: SelectionBarProps) {
  const { start, end, totals } = selection;
  const parts = indexStates.flatMap((state, place) => {
    const count = totals[place] ?? 0;
    return count === 0 ? [] : [`${formatCount(count)} ${indexLooks[state].text.toLowerCase()}`];
  });
  return (
    <div className={`${classes.selection} num`} role="group" aria-label="Selected piece" data-testid="selection">
      <p className={classes.piece}>
        <span className={classes.strong}>{formatRange(start, end)}</span>
        <span>{formatPlural(end - start, ...noun)}</span>
        <span>{parts.join(' · ')}</span>
      </p>
      {children}
      <Button size="compact-xs" variant="default" onClick={() => void bridge.copyText(`[${start}, ${end})`)}>
        Copy indices
      </Button>
      <Button size="compact-xs" variant="subtle" color="gray" onClick={onClear}>
        Clear
      </Button>
    </div>
  );
}
