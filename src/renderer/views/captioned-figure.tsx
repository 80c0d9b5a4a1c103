import type { ReactNode } from 'react';
import classes from './captioned-figure.module.css';

interface CaptionedFigureProps {
  readonly title: string;
  /** To the right of the title: what is pointed at, or how it is drawn. */
  readonly note: string;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** A picture of a result below its title. */
export function CaptionedFigure({ title, note, className = '', children }: CaptionedFigureProps) {
  return (
    <figure className={`${classes.figure} num ${className}`}>
      <figcaption className={classes.caption}>
        <span className={classes.title}>{title}</span>
        <span className={classes.note}>{note}</span>
      </figcaption>
      {children}
    </figure>
  );
}
