import { type CSSProperties, useMemo, useState } from 'react';
import type { Figure } from '../../shared/report';
import type { ArrangedView } from '../lib/arrange-views';
import { Figures } from '../views/figures';
import { type LoadRows, ViewCard } from '../views/view-card';
import { ExpansionContext } from '../views/view-frame';
import classes from './report-cards.module.css';

interface ReportCardsProps {
  readonly figures: readonly Figure[];
  readonly cards: readonly ArrangedView[];
  readonly loadRows: LoadRows;
}

/** Figures at the side, views in cards beside them. One card can have all the room. */
export function ReportCards({ figures, cards, loadRows }: ReportCardsProps) {
  const [expanded, setExpanded] = useState<string | null>(null);
  const only = cards.find(({ id }) => id === expanded);
  if (only !== undefined) {
    return (
      <div className={classes.only}>
        <Card card={only} loadRows={loadRows} expanded toggle={() => setExpanded(null)} />
      </div>
    );
  }
  const single = cards.length === 1;
  return (
    <div className={`${classes.report} ${figures.length === 0 ? classes.plain : ''} ${single ? classes.single : ''}`}>
      <Figures figures={figures} />
      {cards.length > 0 && (
        <div className={classes.cards} style={cardsStyle(cards)}>
          {cards.map((card) => (
            <div
              key={card.id}
              className={`${classes.card} ${isWide(card) ? classes.wide : ''} ${isEmpty(card) ? classes.empty : ''}`}
            >
              <Card
                card={card}
                loadRows={loadRows}
                expanded={single ? null : false}
                toggle={() => setExpanded(card.id)}
              />
            </div>
          ))}
        </div>
      )}
      {cards.length === 0 && figures.length === 0 && <p className={classes.nothing}>This report is empty.</p>}
    </div>
  );
}

interface CardProps {
  readonly card: ArrangedView;
  readonly loadRows: LoadRows;
  /** Null: it has all the room anyway. */
  readonly expanded: boolean | null;
  readonly toggle: () => void;
}

function Card({ card, loadRows, expanded, toggle }: CardProps) {
  const expansion = useMemo(() => (expanded === null ? null : { expanded, toggle }), [expanded, toggle]);
  return (
    <ExpansionContext value={expansion}>
      <ViewCard card={card} loadRows={loadRows} />
    </ExpansionContext>
  );
}

/** Tables and texts take a row each. */
const isWide = (card: ArrangedView): boolean =>
  card.kind === 'rows' || (card.kind === 'view' && (card.view.kind === 'table' || card.view.kind === 'text'));

/** It says only that there is nothing, which takes no room. */
function isEmpty(card: ArrangedView): boolean {
  if (card.kind === 'rows') return card.store.total === 0;
  if (card.kind === 'images') return false;
  const { view } = card;
  if (view.kind === 'table') return view.total === 0;
  if (view.kind === 'text') return view.text === '';
  return (view.kind === 'line' || view.kind === 'scatter') && view.series.every(({ y }) => y.length === 0);
}

/** Tells the style sheet how many cards could stand side by side. */
const cardsStyle = (cards: readonly ArrangedView[]): CSSProperties & Record<'--cards', number> => ({
  '--cards': Math.max(1, Math.min(3, cards.filter((card) => !isWide(card)).length)),
});
